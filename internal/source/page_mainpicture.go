package source

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// pictures are those the page names for sharing.
func (p *page) pictures() {
	d := &p.draft
	add := func(pic hub.DraftPicture) {
		if pic.URL == "" || strings.HasPrefix(pic.URL, "data:") || len(d.Pictures) >= maxPictures {
			return
		}
		if !isLead(pic) {
			p.step("picture refused", "image", pic.URL, "")
			return
		}
		for i := range d.Pictures {
			have := &d.Pictures[i]
			if withoutScheme(resolve(d.Base, have.URL)) == withoutScheme(resolve(d.Base, pic.URL)) {
				have.Width, have.Height = max(have.Width, pic.Width), max(have.Height, pic.Height)
				have.Alt, have.Credit = first(have.Alt, pic.Alt), first(have.Credit, pic.Credit)
				if have.Caption.Value == "" {
					have.Caption = pic.Caption
				}
				return
			}
		}
		d.Pictures = append(d.Pictures, pic)
	}
	for i, link := range raws(append(append(p.metas("og:image"), p.metas("og:image:url")...), p.metas("og:image:secure_url")...)...) {
		pic := hub.DraftPicture{URL: link}
		if i == 0 {
			pic.Width, pic.Height = number(p.meta("og:image:width")), number(p.meta("og:image:height"))
			pic.Alt, pic.Type = p.meta("og:image:alt"), p.meta("og:image:type")
		}
		add(pic)
	}
	for _, pic := range p.ld.images {
		add(pic)
	}
	if len(d.Pictures) == 0 {
		for _, link := range []string{
			p.meta("twitter:image"), p.meta("twitter:image:src"), p.attr(`link[rel="image_src"]`, "href"), p.meta("parsely-image-url"), p.meta("sailthru.image.full"), p.meta("thumbnail"),
			p.meta("image"), p.attr(`[itemprop~="image"][src], [itemprop~="image"] img[src]`, "src"), p.attr(`link[itemprop~="image"][href], a[itemprop~="image"][href]`, "href"),
		} {
			if len(d.Pictures) == 0 {
				add(hub.DraftPicture{URL: link})
			}
		}
	}
	largestFirst(d.Pictures)
	if len(d.Pictures) > 0 {
		d.Image = d.Pictures[0]
	}
}

func withoutScheme(link string) string {
	_, rest, ok := strings.Cut(link, "://")
	if !ok {
		return link
	}
	return rest
}

// smallPicture is the width, in pixels, below which another picture that is said to be larger is the better lead.
const smallPicture = 400

// largestFirst puts the largest picture in front where the first is said to be small.
func largestFirst(list []hub.DraftPicture) {
	if len(list) < 2 || list[0].Width == 0 || list[0].Width >= smallPicture {
		return
	}
	best := 0
	for i := range list {
		if list[i].Width > list[best].Width {
			best = i
		}
	}
	list[0], list[best] = list[best], list[0]
}

// pictureOfNothing are the words in a picture's address or alternative text that say that it shows nothing of the article.
var pictureOfNothing = wordSet(`logo logos sprite sprites pixel avatar avatars gravatar icon icons favicon placeholder blank spacer noimage no-image
	default-image defaultimage author-photo userpic badge emoji smiley spinner loader loading 1x1`)

// minLeadSide is the shortest side of a lead picture, in pixels, where a page says how large it is.
const minLeadSide = 100

// isLead says whether a picture may be an article's main one: no logo, no face of a writer, nothing of a few pixels.
func isLead(pic hub.DraftPicture) bool {
	if pic.Width > 0 && pic.Width < minLeadSide || pic.Height > 0 && pic.Height < minLeadSide {
		return false
	}
	link := pic.URL
	if i := strings.IndexAny(link, "?#"); i >= 0 {
		link = link[:i]
	}
	file := link[strings.LastIndexByte(link, '/')+1:]
	if strings.HasSuffix(strings.ToLower(file), ".svg") || strings.HasSuffix(strings.ToLower(file), ".ico") {
		return false
	}
	before := ""
	for word := range classWords(file) {
		if pictureOfNothing[word] || pictureOfNothing[before+"-"+word] {
			return false
		}
		before = word
	}
	return true
}

// pictureAbove is the article's picture where it stands outside of the text: the first below the title, or one with a
// caption wherever it is above the text. Pictures of other articles are links to them.
func (p *page) pictureAbove(root, body *html.Node) captioned {
	if body == nil {
		return captioned{}
	}
	below := false
	for n := range root.Descendants() {
		if n == body {
			break
		}
		below = below || n == p.titled
		if n.Type != html.ElementNode || n.Data != "img" {
			continue
		}
		s := &goquery.Selection{Nodes: []*html.Node{n}}
		pic := hub.DraftPicture{URL: attribute(n, "src"), Width: number(attribute(n, "width")), Height: number(attribute(n, "height"))}
		if pic.URL == "" || isPlaceholder(pic.URL) || !isLead(pic) || s.Closest(aside+", header nav, button").Length() > 0 || leadsElsewhere(s.Closest("a"), pic.URL) {
			continue
		}
		caption := lineOf(s.Closest("figure").Find("figcaption").First())
		if caption != "" || below {
			return captioned{pic.URL, caption}
		}
	}
	return captioned{}
}

// leadsElsewhere says whether a link around a picture leads to something else than the picture itself.
func leadsElsewhere(a *goquery.Selection, picture string) bool {
	href, ok := a.Attr("href")
	return ok && href != picture && !lazyFile.MatchString(href)
}

// shownPicture makes a picture above the text the main one where the page names none; where it names one that has no
// caption, the caption shown above is its.
func (p *page) shownPicture(above captioned) {
	d := &p.draft
	switch {
	case above.src == "":
		return
	case len(d.Pictures) == 0:
		d.Pictures = []hub.DraftPicture{{URL: above.src, Caption: hub.Text{Value: above.caption}}}
	case d.Pictures[0].Caption.Value == "":
		d.Pictures[0].Caption = hub.Text{Value: above.caption}
	}
	d.Image = d.Pictures[0]
}
