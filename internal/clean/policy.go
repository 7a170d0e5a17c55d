package clean

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// policy is the last gate: whatever the tree builder made, nothing passes that is not listed here. Building it costs twice
// what using it does, so it is built once; it is never changed.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figure", "figcaption", "hr", "dl", "dt", "dd",
		"em", "strong", "b", "i", "u", "s", "sub", "sup", "small", "mark", "abbr", "time", "cite", "q")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^[a-z]+( [a-z]+)*$`)).OnElements("a")
	web := regexp.MustCompile(`^https?://`)
	number := regexp.MustCompile(`^[0-9]{1,5}$`)
	p.AllowAttrs("src").Matching(web).OnElements("img", "audio", "video", "source")
	p.AllowAttrs("poster").Matching(web).OnElements("video")
	p.AllowAttrs("cite").Matching(web).OnElements("blockquote")
	p.AllowAttrs("alt", "title").OnElements("img")
	p.AllowAttrs("width", "height").Matching(number).OnElements("img", "video")
	p.AllowAttrs("controls").Matching(regexp.MustCompile(`^$`)).OnElements("audio", "video")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^(audio|video|application)/[A-Za-z0-9.+-]+$`)).OnElements("source")
	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("td", "th")
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("title").OnElements("abbr")
	p.AllowAttrs("datetime").Matching(regexp.MustCompile(`^[0-9A-Za-z:.+ -]{4,40}$`)).OnElements("time")
	return p
}
