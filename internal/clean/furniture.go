package clean

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// labels head boxes that belong to the page, folded.
var labels = []string{
	"bài liên quan", "bài viết liên quan", "bài xem nhiều", "bình luận", "chia sẻ", "chủ đề liên quan", "có thể bạn quan tâm",
	"có thể bạn thích", "cùng chuyên mục", "continue reading", "don t miss", "đọc nhiều", "đọc thêm", "đọc nhiều nhất", "đọc tiếp",
	"editor s picks", "keep reading", "latest news", "more from this section", "more on this story", "more stories",
	"most popular", "most read", "mời bạn đọc thêm", "read also", "read full story", "read more", "read next", "read the full article", "read the full story", "recommended",
	"recommended for you", "recommended stories", "related", "related articles", "related content", "related news", "related posts",
	"related reading", "related stories", "related topics", "see also", "share", "share this", "share this article",
	"share this post", "share this story", "tags", "theo dõi", "tin bài liên quan", "tin cùng chuyên mục", "tin đọc nhiều", "tin khác", "tin liên quan", "tin mới", "tin mới nhất",
	"tin nổi bật", "tin xem nhiều", "top stories", "trending", "trending now", "từ khóa", "từ khoá", "xem nhiều", "xem thêm", "xem tiếp", "you may also like", "you might also like",
}

// sharing are the words share bars are made of, folded.
var sharing = []string{
	"bluesky", "bookmark", "chia sẻ", "chia sẻ bài viết", "chia sẻ facebook", "copy link", "email", "facebook", "gửi email", "gửi bài viết", "gửi mail",
	"google", "in bài", "in bài viết", "in trang", "instagram", "lưu bài viết", "like", "line", "linkedin", "mail", "mastodon", "messenger", "pinterest", "pocket",
	"print", "reddit", "sao chép liên kết", "share", "share on facebook", "share on twitter", "share on x", "telegram", "threads",
	"thích", "tiktok", "tumblr", "tweet", "twitter", "viber", "whatsapp", "x", "youtube", "zalo",
}

var (
	labelled = regexp.MustCompile(`^\W*([^:]{3,40}?)\s*:\s*\S`)
	appeared = regexp.MustCompile(`^The post .+ (?:first )?appeared first on .+$|^The post .+ first appeared on .+$`)
)

// maxLabel is the length in bytes of the longest label or word of sharing.
const maxLabel = 100

func isLabel(words string) bool {
	return len(words) <= maxLabel && slices.Contains(labels, foldLabel(words))
}

func isSharing(words string) bool {
	return len(words) <= maxLabel && slices.Contains(sharing, foldLabel(words))
}

// foldLabel is fold for what is short: the agency's mark has no place there.
func foldLabel(words string) string { return lettersOf(norm.NFC.String(words)) }

// maxFurniture is the length in bytes of the longest block taken for furniture.
const maxFurniture = 600

// furniture removes boxes of links under a known label, share bars, and the lines feeds put under an article.
func (r *repeats) furniture() {
	for i := 0; i < len(r.blocks); i++ {
		k := r.blocks[i]
		if k.tag == "figure" && k.showsMore() {
			continue
		}
		if k.size(maxFurniture) > maxFurniture {
			continue
		}
		words := k.words()
		switch {
		case isShareBar(k, words):
			r.drop(i, "share bar", "")
		case isLabel(words) && onlyLinks(k), k.tag == "p" && isLabelledLink(k, words):
			r.drop(i, "furniture", "")
		case isLabelBlock(k, words):
			i = r.box(i) - 1
		case i == len(r.blocks)-1 && i > 0 && k.tag == "p" && appeared.MatchString(words):
			r.drop(i, "furniture", "")
		}
	}
}

func isLabelBlock(k *node, words string) bool {
	return tags[k.tag] == textBlock && !k.showsMore() && isLabel(words)
}

// box removes the label at i and the links under it, and says where to go on; a label with nothing under it goes where it
// ends the body. Under a label that heads ordinary text nothing is furniture.
func (r *repeats) box(i int) int {
	end := i + 1
	for end < len(r.blocks) && (onlyLinks(r.blocks[end]) || isLinkFigure(r.blocks[end])) {
		end++
	}
	if end == i+1 && end < len(r.blocks) {
		if !r.onlyHeadlines(end) {
			return end
		}
		end = len(r.blocks)
	}
	for j := i; j < end; j++ {
		r.drop(j, "furniture", "")
	}
	return end
}

// onlyHeadlines says whether all from block i on is short lines that end no sentence: a box of headlines in a text dump.
func (r *repeats) onlyHeadlines(i int) bool {
	// It must not be most of what there is.
	if i < 4 || len(r.blocks)-i > 12 {
		return false
	}
	for _, k := range r.blocks[i:] {
		words := k.words()
		if k.tag != "p" && k.tag != "ul" && k.tag != "ol" || k.tag == "p" && (len(strings.Fields(words)) > 25 || strings.HasSuffix(words, ".")) {
			return false
		}
	}
	return true
}

// onlyLinks says whether all words of a block stand in links, as in a list of headlines.
func onlyLinks(k *node) bool {
	if k.tag != "p" && k.tag != "ul" && k.tag != "ol" && tags[k.tag] != textBlock {
		return false
	}
	links, bare := 0, true
	var walk func(n *node, inLink bool)
	walk = func(n *node, inLink bool) {
		if n.tag == "a" {
			links++
			inLink = true
		}
		if n.tag == "" && !inLink && foldLabel(n.text) != "" {
			bare = false
		}
		for _, c := range n.kids {
			walk(c, inLink)
		}
	}
	walk(k, false)
	return links > 0 && bare
}

// isLinkFigure says whether a figure is the thumbnail of a headline: its picture a link, no caption.
func isLinkFigure(k *node) bool {
	return k.tag == "figure" && len(k.kids) == 1 && k.kids[0].tag == "a" && captionOf(k) == ""
}

// isLabelledLink knows "Read more: <a>…</a>": a label, a colon, and nothing but links.
func isLabelledLink(k *node, words string) bool {
	if colon := strings.IndexByte(words, ':'); colon < 0 || colon > 2*maxLabel {
		return false
	}
	m := labelled.FindStringSubmatch(words)
	if m == nil || !isLabel(m[1]) || k.first("a") == nil {
		return false
	}
	outside := ""
	for _, c := range k.kids {
		if c.tag == "a" || c.first("a") != nil {
			break
		}
		outside += c.words() + " "
	}
	rest := ""
	var walk func(n *node)
	walk = func(n *node) {
		if n.tag == "a" {
			return
		}
		rest += n.text
		for _, c := range n.kids {
			walk(c)
		}
	}
	walk(k)
	return foldLabel(rest) == foldLabel(m[1]) || foldLabel(rest) == "" && foldLabel(outside) == ""
}

// isShareBar says whether a block is two or more words of sharing and nothing else.
func isShareBar(k *node, words string) bool {
	if len(words) > 300 || k.showsMore() {
		return false
	}
	n := 0
	for _, c := range k.kids {
		pieces := []string{c.words()}
		switch k.tag {
		case "ul", "ol":
		case "p":
			pieces = strings.FieldsFunc(pieces[0], func(r rune) bool { return r == '|' || r == '·' || r == '•' || r == ',' || r == '/' })
		default:
			return false
		}
		for _, p := range pieces {
			switch {
			case isSharing(p):
				n++
			case len(p) > maxLabel || foldLabel(p) != "":
				return false
			}
		}
	}
	return n >= 2
}
