package source

import (
	"strings"

	"golang.org/x/net/html"
)

// junkRank says how sure a name is that an element is no part of an article.
type junkRank int

const (
	notJunk     junkRank = iota
	likelyJunk           // unless a good part of the page's text is in it
	surelyJunk           // unless most of the text is in it
	commentJunk          // what readers wrote, often more than the article: unless all of the text is in it
)

// junkWords are words in an element's class or id; a page's style sheet calls by them what stands beside an article.
var junkWords = rankWords(`ad ads adv advert adverts advertise advertisement advertising adbox adslot adsbygoogle adunit adwrapper adcontainer dfp gpt banner banners
	sponsor sponsored sponsors promo promos promobox promotion promoted cta
	share shares sharing sharebar sharebox sharer sharetools sharelinks social socials socialbar socialmedia sharedaddy addthis addtoany jp jetpack
	subscribe subscription subscriptions signup optin mailchimp mailinglist donate donation
	consent breadcrumb breadcrumbs pagination paginate pager pagenav wp-pagenavi
	tags taglist tagcloud tagged keywords topics sidebar widget widgets popular trending mostread mostpopular
	modal popup overlay tooltip toolbar tools masthead colophon skip print printer printfriendly bookmark
	rating ratings poll polls survey quiz login signin register paywall regwall
	menu submenu nav navbar navigation topbar footer copyright disclaimer
	bio authorbio authorbox biography
	byline bylines dateline timestamp postmeta articlemeta entrymeta
	feedback reaction reactions vote votes
	prev previous upnext readmore nextprev ticker breaking marketdata quotes`, likelyJunk,
	`comment comments commentlist commentform disqus respond replies livefyre fbcomments
	related relatedposts relatedarticles relatedstories recirc recirculation recommended recommendation recommendations recommends
	outbrain taboola zergnet revcontent mgid newsletter newsletters
	lienquan tinlienquan binhluan xemnhieu docnhieu quangcao tinkhac tincungchuyenmuc
	noprint screenreader cookie cookies cookiebar cookiebanner gdpr`, surelyJunk)

// junkPairs are two such words in a row.
var junkPairs = rankWords(`most-read most-popular most-viewed most-recent more-stories more-news more-articles more-from more-on read-more read-next read-also
	also-read see-also also-like you-may up-next next-post next-article next-story previous-post previous-article prev-next post-nav post-navigation nav-links
	latest-news latest-stories latest-posts recent-posts recent-news top-stories top-news trending-now
	author-bio author-box author-info author-card author-description author-profile author-block about-author post-author article-author
	post-meta entry-meta article-meta story-meta post-info article-info post-date entry-footer post-footer article-footer story-footer
	follow-us follow-me follow-buttons email-signup sign-up mailing-list
	tag-list tag-links tags-links post-tags article-tags entry-tags cat-links post-categories
	site-header site-footer page-header global-nav skip-link back-top
	live-chat chat-box audio-player text-size font-size story-timeline`, likelyJunk,
	`lien-quan tin-lien binh-luan xem-nhieu doc-nhieu quang-cao tin-khac cung-chuyen bai-viet-lien
	related-posts related-articles related-news related-stories related-content related-links
	screen-reader visually-hidden sr-only assistive-text cookie-bar`, surelyJunk)

// junkParts are parts of a word that say as much.
func junkParts() []string {
	return []string{"related", "comment", "newsletter", "sharing", "outbrain", "taboola", "recommend", "advert", "breadcrumb", "subscri", "lienquan", "sponsor"}
}

func rankWords(likely string, likelyRank junkRank, sure string, sureRank junkRank) map[string]junkRank {
	set := map[string]junkRank{}
	for _, w := range strings.Fields(likely) {
		set[w] = likelyRank
	}
	for _, w := range strings.Fields(sure) {
		set[w] = sureRank
	}
	return set
}

// maxClass bounds how much of a class is looked at, in bytes.
const maxClass = 400

// junkName ranks an element by its class and id.
func junkName(n *html.Node) junkRank {
	rank := notJunk
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "class", "id", "type", "data-type", "data-component", "data-module", "data-testid":
		default:
			continue
		}
		name := n.Attr[i].Val
		if len(name) > maxClass {
			name = name[:maxClass]
		}
		for _, field := range strings.Fields(name) {
			before := ""
			if isComments(field) {
				rank = commentJunk
			}
			for word := range classWords(field) {
				rank = max(rank, junkWords[word])
				if before != "" {
					rank = max(rank, junkPairs[before+"-"+word])
				}
				before = word
				for _, part := range junkParts() {
					if rank < likelyJunk && strings.Contains(word, part) && !strings.HasPrefix(word, "commentar") {
						rank = likelyJunk
					}
				}
			}
		}
	}
	return rank
}

// isComments says whether a class or id is that of the readers' comments.
func isComments(name string) bool {
	switch strings.ToLower(name) {
	case "comments", "comment", "comment-list", "commentlist", "comments-area", "comments-section", "comment-section", "comments-container", "disqus_thread",
		"comments-list", "comments-wrapper", "fb-comments", "respond", "binh-luan", "box-comment", "box_comment":
		return true
	}
	return false
}

// classWords are the words of a class name in lower case: related-news, relatedNews and related_news are two.
func classWords(name string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i <= len(name); i++ {
			cut, skip := i == len(name), 0
			if !cut {
				c := name[i]
				letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
				if !letter {
					cut, skip = true, 1
				} else if i > start && c >= 'A' && c <= 'Z' && name[i-1] >= 'a' && name[i-1] <= 'z' {
					cut = true
				}
			}
			if cut {
				if i > start && !yield(strings.ToLower(name[start:i])) {
					return
				}
				start = i + skip
			}
		}
	}
}

// junkElement ranks an element by what it is.
func junkElement(n *html.Node) junkRank {
	switch n.Data {
	case "nav", "aside", "footer", "form", "menu", "dialog":
		return likelyJunk
	case "button", "input", "select", "textarea", "svg", "object", "embed", "link", "meta", "script", "style", "template", "canvas", "label":
		return surelyJunk
	}
	switch strings.ToLower(attribute(n, "role")) {
	case "navigation", "search", "menu", "menubar", "dialog", "alertdialog", "alert", "toolbar", "complementary", "contentinfo", "banner", "tooltip":
		return likelyJunk
	}
	return notJunk
}

// isHidden says whether the page does not show an element.
func isHidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			if v := strings.ToLower(strings.ReplaceAll(a.Val, " ", "")); strings.Contains(v, "display:none") || strings.Contains(v, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// hasClassWord says whether a word of a node's class is in a set.
func hasClassWord(n *html.Node, set map[string]bool) bool {
	for field := range strings.FieldsSeq(clip(attribute(n, "class"), maxClass)) {
		for word := range classWords(field) {
			if set[word] {
				return true
			}
		}
	}
	return false
}
