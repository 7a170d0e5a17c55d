package clean

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// labels head boxes that belong to the page, folded.
var labels = []string{
	"bài liên quan", "bài viết liên quan", "comments", "đăng ký nhận tin", "gửi bình luận", "leave a comment", "leave a reply", "subscribe", "subscribe now",
	"subscribe to our newsletter", "view comments", "ý kiến bạn đọc", "bài xem nhiều", "bình luận", "chia sẻ", "chủ đề liên quan", "có thể bạn quan tâm",
	"có thể bạn thích", "cùng chuyên mục", "continue reading", "don t miss", "đọc nhiều", "đọc thêm", "đọc nhiều nhất", "đọc tiếp",
	"editor s picks", "keep reading", "latest news", "more from this section", "more on this story", "more stories",
	"most popular", "most read", "mời bạn đọc thêm", "read also", "read full story", "read more", "read next", "read the full article", "read the full story", "recommended",
	"recommended for you", "recommended stories", "related", "related articles", "related content", "related news", "related posts",
	"related reading", "related stories", "related topics", "see also", "share", "share this", "share this article",
	"share this post", "share this story", "tags", "theo dõi", "tin bài liên quan", "tin cùng chuyên mục", "tin đọc nhiều", "tin khác", "tin liên quan", "tin mới", "tin mới nhất",
	"tin nổi bật", "tin xem nhiều", "top stories", "trending", "trending now", "từ khóa", "từ khoá", "xem nhiều", "xem thêm", "xem tiếp", "you may also like", "you might also like",
}

// onward are the labels of links that lead on to the whole article, folded.
var onward = []string{
	"continue reading", "đọc thêm", "đọc tiếp", "keep reading", "read full story", "read more", "read the full article", "read the full story", "xem chi tiết", "xem thêm", "xem tiếp",
}

// sharing are the words share bars are made of, folded.
var sharing = []string{
	"bluesky", "bookmark", "chia sẻ", "chia sẻ bài viết", "chia sẻ facebook", "copy link", "email", "facebook", "gửi email", "gửi bài viết", "gửi mail",
	"google", "in bài", "in bài viết", "in trang", "instagram", "lưu bài viết", "like", "line", "linkedin", "mail", "mastodon", "messenger", "pinterest", "pocket",
	"print", "reddit", "sao chép liên kết", "share", "share on facebook", "share on twitter", "share on x", "telegram", "threads",
	"thích", "tiktok", "tumblr", "tweet", "twitter", "viber", "whatsapp", "x", "youtube", "zalo",
}

var (
	// appeared are the lines that content systems put under an article in its feed, in the languages they speak.
	appeared = regexp.MustCompile(`^(?:The post .+ (?:first )?appeared first on .+|The post .+ first appeared on .+|.+ was originally published in .+ on Medium, where people are continuing .+` +
		`|L['’]article .+ est apparu en premier sur .+|Der Beitrag .+ erschien zuerst auf .+|La entrada .+ (?:se publicó|apareció|aparece) primero en .+` +
		`|O (?:post|artigo) .+ (?:apareceu|aparece) primeiro em .+|L['’]articolo .+ (?:proviene da|sembra essere il primo su) .+|Het bericht .+ verscheen eerst op .+` +
		`|(?:Bài viết|Bài) .+ (?:đã )?xuất hiện đầu tiên (?:vào ngày|trên|tại) .+|Сообщение .+ появились сначала на .+|Запись .+ впервые появилась .+)$`)
	commentCount = regexp.MustCompile(`^\(?[0-9]{1,5}\)? (?:comments?|bình luận)$`)
)

// maxLabel is the length in bytes of the longest label or word of sharing.
const maxLabel = 100

// labelSet, sharingSet and onwardSet find the words of the lists.
var labelSet, sharingSet, onwardSet = setOf(labels), setOf(sharing), setOf(onward)

func setOf(words []string) map[string]bool {
	set := map[string]bool{}
	for _, w := range words {
		set[w] = true
	}
	return set
}

func isLabel(words string) bool { return among(labelSet, words) }

func isSharing(words string) bool { return among(sharingSet, words) }

func among(set map[string]bool, words string) bool {
	if len(words) > maxLabel {
		return false
	}
	var room [2 * maxLabel]byte
	return set[string(appendLetters(room[:0], nfc(words)))]
}

// foldLabel is fold for what is short: the agency's mark has no place there.
func foldLabel(words string) string { return lettersOf(nfc(words)) }

// saysNothing says whether a text has no letters or digits.
func saysNothing(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) })
}

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
		words := k.saying()
		switch {
		case isShareBar(k, words):
			r.drop(i, "share bar", "")
		case onlyLinks(k) && (isLabel(words) || r.leadsOn(words) || isCommentCount(words)), k.tag == "p" && isLabelledLink(k, words), k.tag == "p" && isArrowLink(k, words):
			r.drop(i, "furniture", "")
		case isLabelBlock(k, words):
			i = r.box(i) - 1
		case i == len(r.blocks)-1 && i > 0 && k.tag == "p" && k.first("a") != nil && isFooter(words):
			r.drop(i, "furniture", "")
		case i == len(r.blocks)-1 && k.tag == "p" && len(k.kids) > 1:
			r.trailingLink(k)
		}
	}
}

// leadsOn says whether a link's words lead on to the whole article, maybe with its title behind them.
func (r *repeats) leadsOn(words string) bool {
	if among(onwardSet, words) {
		return true
	}
	if r.item.Title == "" || len(words) > maxLabel+2*len(r.item.Title) || len(words) < len(r.item.Title)/2 {
		return false
	}
	label, ok := strings.CutSuffix(foldLabel(words), " "+foldLabel(r.item.Title))
	return ok && onwardSet[label]
}

// footerStarts are how appeared begins; they spare most paragraphs the regular expression.
var footerStarts = []string{"The post ", "L'", "L’", "Der Beitrag ", "La entrada ", "O post ", "O artigo ", "Het bericht ", "Bài ", "Сообщение ", "Запись "}

func isFooter(words string) bool {
	return (slices.ContainsFunc(footerStarts, func(s string) bool { return strings.HasPrefix(words, s) }) ||
		strings.Contains(words, " on Medium, where ")) && appeared.MatchString(words)
}

func isCommentCount(words string) bool {
	return len(words) <= maxLabel && commentCount.MatchString(words)
}

// isArrowLink knows ">>> <a>…</a>": links behind arrows, as pages put them between paragraphs.
func isArrowLink(k *node, words string) bool {
	return (strings.HasPrefix(words, ">>") || strings.HasPrefix(words, "»")) && onlyLinks(k)
}

// trailingLink takes "Continue reading" off the end of the last paragraph.
func (r *repeats) trailingLink(k *node) {
	last := len(k.kids) - 1
	if last < 1 || k.kids[last].tag != "a" || k.kids[last].showsMore() {
		return
	}
	words := k.kids[last].words()
	if !r.leadsOn(words) {
		return
	}
	rest := r.arena.run("p", k.kids[:last])
	if rest == nil {
		return
	}
	r.trace.add("furniture", "content_html", words, "")
	k.kids, k.asked = rest.kids, false
}

func isLabelBlock(k *node, words string) bool {
	return k.kind == textBlock && !k.showsMore() && isLabel(words)
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
		words := k.saying()
		if k.tag != "p" && k.tag != "ul" && k.tag != "ol" || k.tag == "p" && (len(strings.Fields(words)) > 25 || strings.HasSuffix(words, ".")) {
			return false
		}
	}
	return true
}

// onlyLinks says whether all words of a block, but dates in figures, stand in links, as in a list of headlines.
func onlyLinks(k *node) bool {
	if k.tag != "p" && k.tag != "ul" && k.tag != "ol" && k.kind != textBlock {
		return false
	}
	links, bare := 0, true
	var walk func(n *node, inLink bool)
	walk = func(n *node, inLink bool) {
		if n.tag == "a" {
			links++
			inLink = true
		}
		if n.tag == "" && !inLink && strings.ContainsFunc(n.text, unicode.IsLetter) {
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
	label, ok := leadingLabel(words)
	if !ok || !isLabel(label) || k.first("a") == nil {
		return false
	}
	outside := ""
	for _, c := range k.kids {
		if c.first("a") != nil {
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
	return foldLabel(rest) == foldLabel(label) || saysNothing(rest) && saysNothing(outside)
}

// leadingLabel is what stands before the first colon of a text, where that is of a label's length and something follows.
func leadingLabel(words string) (string, bool) {
	label, after, ok := strings.Cut(words, ":")
	if !ok || len(label) > 2*maxLabel || after == "" || after == " " {
		return "", false
	}
	return label, true
}

// isShareBar says whether a block is two or more words of sharing and nothing else.
func isShareBar(k *node, words string) bool {
	if len(words) > 300 || k.tag == "p" && slices.ContainsFunc(k.kids, beginsLong) || k.showsMore() {
		return false
	}
	n := 0
	for _, c := range k.kids {
		switch k.tag {
		case "ul", "ol":
			if !sharePiece(c.words(), &n) {
				return false
			}
		case "p":
			for p := range strings.FieldsFuncSeq(c.words(), func(r rune) bool { return r == '|' || r == '·' || r == '•' || r == ',' || r == '/' }) {
				if !sharePiece(p, &n) {
					return false
				}
			}
		default:
			return false
		}
	}
	return n >= 2
}

// beginsLong says whether a text begins with a piece that is longer than any word of sharing.
func beginsLong(k *node) bool {
	if k.tag != "" || !k.even || len(k.text) < maxLabel+2 {
		return false
	}
	for i := range maxLabel + 2 {
		switch k.text[i] {
		case '|', ',', '/', 0xC2, 0xE2: // the last two begin "·" and "•"
			return false
		}
	}
	return true
}

// sharePiece counts a word of sharing, and says whether p is one or nothing.
func sharePiece(p string, n *int) bool {
	if isSharing(p) {
		*n++
		return true
	}
	return len(p) <= maxLabel && saysNothing(p)
}
