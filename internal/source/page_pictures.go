package source

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// lazyAttributes hold a picture's address until a script puts it into src.
func lazyAttributes() []string {
	return []string{"data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src", "data-url", "data-image", "data-img", "data-full-src", "data-hi-res-src", "data-echo"}
}

// showPictures gives every picture the address that a browser would show: lazy attributes, srcset, <picture> and
// <noscript> become src; pixels that count readers go.
func showPictures(s *goquery.Selection) {
	s.Find("noscript").Each(func(_ int, n *goquery.Selection) { unwrapNoscript(n) })
	s.Find("img").Each(func(_ int, img *goquery.Selection) {
		if img.AttrOr("width", "") == "1" && img.AttrOr("height", "") == "1" {
			img.Remove()
			return
		}
		src := strings.TrimSpace(img.AttrOr("src", ""))
		if real := realAddress(img); real != "" && (isPlaceholder(src) || isLazy(img)) {
			img.SetAttr("src", real)
		} else if isPlaceholder(src) {
			img.Remove()
		}
	})
	// The picture's own src is enough; what is left would load other sizes behind our back.
	s.Find("picture source").Remove()
	s.Find("img").RemoveAttr("srcset").RemoveAttr("sizes").RemoveAttr("data-srcset")
	for _, name := range lazyAttributes() {
		s.Find("img").RemoveAttr(name)
	}
}

func realAddress(img *goquery.Selection) string {
	for _, name := range lazyAttributes() {
		if v := strings.TrimSpace(img.AttrOr(name, "")); v != "" && !isPlaceholder(v) && looksLikeAddress(v) {
			return v
		}
	}
	for _, name := range []string{"data-srcset", "data-lazy-srcset", "srcset"} {
		if v := largestOf(img.AttrOr(name, "")); v != "" {
			return v
		}
	}
	var best string
	img.Closest("picture").Find("source").EachWithBreak(func(_ int, source *goquery.Selection) bool {
		best = first(largestOf(source.AttrOr("data-srcset", "")), largestOf(source.AttrOr("srcset", "")))
		return best == ""
	})
	if best != "" {
		return best
	}
	for _, a := range img.Nodes[0].Attr {
		if strings.HasPrefix(a.Key, "data-") && lazyFile.MatchString(strings.TrimSpace(a.Val)) && !isPlaceholder(strings.TrimSpace(a.Val)) {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// lazyFile is the address of a picture, under whatever name a script looks for it.
var lazyFile = regexp.MustCompile(`(?i)^[^\s,{}<>"]+\.(?:jpe?g|png|webp|avif|gif)(?:\?[^\s{}<>"]*)?$`)

func looksLikeAddress(v string) bool {
	return !strings.ContainsAny(v, " \n\t{}") && (strings.Contains(v, "/") || strings.Contains(v, "."))
}

func isLazy(img *goquery.Selection) bool {
	return strings.Contains(strings.ToLower(img.AttrOr("class", "")), "lazy") || img.AttrOr("data-src", "") != ""
}

// isPlaceholder says whether an address stands for a picture that comes later.
func isPlaceholder(src string) bool {
	lower := strings.ToLower(src)
	if lower == "" || lower == "#" || strings.HasPrefix(lower, "data:") || strings.HasPrefix(lower, "about:") {
		return true
	}
	file := lower[strings.LastIndexByte(lower, '/')+1:]
	for _, name := range []string{"blank.", "spacer.", "pixel.", "1x1", "placeholder", "transparent.", "loading.", "lazyload", "lazy.", "loader.", "spinner", "grey.gif", "gray.gif"} {
		if strings.HasPrefix(file, name) {
			return true
		}
	}
	return false
}

// largestOf takes the widest or densest address of a srcset.
func largestOf(srcset string) string {
	best, size := "", -1.0
	for _, candidate := range strings.Split(srcset, ", ") {
		fields := strings.Fields(strings.Trim(candidate, ", \n\t"))
		if len(fields) == 0 || isPlaceholder(fields[0]) {
			continue
		}
		n := 0.0
		if len(fields) > 1 {
			n, _ = strconv.ParseFloat(strings.TrimRight(fields[1], "wx"), 64)
		}
		if n > size {
			best, size = fields[0], n
		}
	}
	return best
}

// unwrapNoscript puts the picture of a <noscript> in the place of the placeholder before it.
func unwrapNoscript(n *goquery.Selection) {
	content := n.Text()
	if !strings.Contains(content, "<img") || len(content) > 1<<16 {
		return
	}
	nodes, err := html.ParseFragment(strings.NewReader(content), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil || len(nodes) == 0 {
		return
	}
	holder := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span}
	for _, c := range nodes {
		holder.AppendChild(c)
	}
	images := goquery.NewDocumentFromNode(holder).Find("img")
	if images.Length() != 1 {
		return
	}
	img := images.First()
	if img.AttrOr("width", "") == "1" {
		return
	}
	before := n.Prev()
	if goquery.NodeName(before) != "img" {
		before = before.Find("img").Last()
	}
	if before.Length() > 0 && goquery.NodeName(before) == "img" {
		src := before.AttrOr("src", "")
		if isPlaceholder(src) || isLazy(before) {
			before.SetAttr("src", img.AttrOr("src", src)).SetAttr("alt", first(before.AttrOr("alt", ""), img.AttrOr("alt", "")))
			before.SetAttr("class", "").RemoveAttr("data-src")
		}
		n.Remove()
		return
	}
	img.Nodes[0].Parent.RemoveChild(img.Nodes[0])
	n.ReplaceWithNodes(img.Nodes[0])
}

// captionClass is what news systems call the line below a picture.
const captionClass = `.wp-caption-text, .PhotoCMS_Caption, .pCaption, .image-caption, .img-caption, .photo-caption, .caption, .fig-caption, .captions, .desc-image, .photo-desc, .image_caption, .media-caption, p.Image, .txt-caption, .note-image, .pic-caption, .imgcaption, .legend, .legende, .image-legend, .photo-legend, .img-legend, .cutline, .didascalia, .pie-foto, .pie-de-foto, [class*="bildunterschrift" i], .cap, .ghichu, .ghi-chu, .pic-desc, .img-desc, .image-desc, .picture-desc, .pic-title, .img-title, .image-title, .photo-title, .pic-info, .img-info, .image-info, .photo-info, .image-description, .photo-description`

const maxCaption = 500 // characters

// makeFigures writes pictures and their captions as <figure>, however the page built them.
func makeFigures(s *goquery.Selection) {
	s.Find("table").Each(func(_ int, table *goquery.Selection) {
		images := table.Find("img")
		text := lineOf(table)
		if images.Length() == 0 || images.Length() > 4 || utf8.RuneCountInString(text) > maxCaption || table.Find("tr").Length() > 4 || table.Find("table").Length() > 0 {
			return
		}
		table.ReplaceWithNodes(figure(images.Nodes, text))
	})
	s.Find(captionClass).Each(func(_ int, caption *goquery.Selection) {
		text := lineOf(caption)
		if text == "" || utf8.RuneCountInString(text) > maxCaption || caption.Closest("figure").Length() > 0 || caption.Find("img").Length() > 0 {
			return
		}
		holder := caption.Prev()
		if goquery.NodeName(holder) == "figure" || lineOf(holder) != "" {
			return
		}
		images := holder.Filter("img").AddSelection(holder.Find("img"))
		if images.Length() == 0 || images.Length() > 4 {
			return
		}
		f := figure(images.Nodes, text)
		caption.ReplaceWithNodes(f)
		if goquery.NodeName(holder) != "img" {
			holder.Remove()
		}
	})
	s.Find("figure").Each(func(_ int, f *goquery.Selection) {
		if f.Find("figcaption").Length() > 0 || f.Find("img").Length() == 0 {
			return
		}
		if text := lineOf(f); text != "" && utf8.RuneCountInString(text) <= maxCaption && f.Find("figure").Length() == 0 {
			f.ReplaceWithNodes(figure(f.Find("img").Nodes, text))
		}
	})
}

func figure(images []*html.Node, caption string) *html.Node {
	f := &html.Node{Type: html.ElementNode, Data: "figure", DataAtom: atom.Figure}
	for _, img := range images {
		if img.Parent != nil {
			img.Parent.RemoveChild(img)
		}
		f.AppendChild(img)
	}
	if caption != "" {
		c := &html.Node{Type: html.ElementNode, Data: "figcaption", DataAtom: atom.Figcaption}
		c.AppendChild(&html.Node{Type: html.TextNode, Data: caption})
		f.AppendChild(c)
	}
	return f
}
