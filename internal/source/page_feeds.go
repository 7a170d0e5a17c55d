package source

import (
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"tinhub/internal/hub"
)

// maxPageFeeds bounds the feeds of a page, maxFeedLinks how many of its links are looked at for them.
const (
	maxPageFeeds = 50
	maxFeedLinks = 2_000
)

// feedTypes are the media types that feeds are served as; the plain XML and JSON that some sites say are feeds as well
// where the link says it is an alternate.
func feedTypes() []string {
	return []string{
		"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/rss+xml", "text/rss",
		"application/rss", "application/atom", "application/xml", "text/xml", "application/json",
	}
}

// pageFeeds are the feeds that a page names as its own: its alternate links whose type is a feed's (rel=feed needs no type), absolute
// against the page's address, in document order, the feeds of comments after all others.
func pageFeeds(doc *goquery.Document, base string) []hub.FeedLink {
	base = resolve(base, strings.TrimSpace(doc.Find("base[href]").First().AttrOr("href", "")))
	var list, comments []hub.FeedLink
	seen := map[string]bool{}
	doc.Find("link[rel][href]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		rel := strings.Fields(strings.ToLower(s.AttrOr("rel", "")))
		media, _ := mediaType(s.AttrOr("type", ""))
		named := slices.Contains(rel, "alternate") && slices.Contains(feedTypes(), media) || slices.Contains(rel, "feed")
		// oEmbed and WordPress's REST interface are alternates in JSON too.
		href := strings.TrimSpace(s.AttrOr("href", ""))
		if !named || href == "" || slices.Contains(rel, "stylesheet") || strings.HasSuffix(media, "json") && isInterface(href) {
			return i < maxFeedLinks
		}
		link := resolveIf(base, href)
		if !isWeb(link) || seen[link] {
			return i < maxFeedLinks
		}
		seen[link] = true
		feed := hub.FeedLink{URL: link, Title: lineOfText(s.AttrOr("title", "")), Type: media}
		if isCommentFeed(feed) {
			comments = append(comments, feed)
		} else {
			list = append(list, feed)
		}
		return i < maxFeedLinks && len(list) < maxPageFeeds
	})
	list = append(list, comments...)
	return list[:min(len(list), maxPageFeeds)]
}

func lineOfText(s string) string { return strings.Join(strings.Fields(s), " ") }

// isInterface says whether an address answers programs with something else than a feed.
func isInterface(href string) bool {
	lower := strings.ToLower(href)
	return strings.Contains(lower, "/wp-json/") || strings.Contains(lower, "oembed") || strings.Contains(lower, "/manifest")
}

func isCommentFeed(f hub.FeedLink) bool {
	text := strings.ToLower(f.URL + " " + f.Title)
	for _, word := range []string{"comment", "kommentar", "commentaire", "comentario", "bình luận", "phản hồi"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
