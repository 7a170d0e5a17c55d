package source

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pictureWords are words in the class of an element that holds a picture or a video and what is said of it.
var pictureWords = wordSet(`image images img photo photos picture pictures pic pics figure fig thumbnail thumb video videos player media gallery galleryitem slideshow
	slide slider carousel swiper embed illustration lightbox hero lede caption attachment hinh anh photogallery imagebox photobox`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// maxFrame is how much text, in characters, an element may hold that is taken for a picture with its caption; a frame
// with more pictures may hold as much for each.
const maxFrame = 600

// framePictures writes what a page lays out as a picture and its caption with elements of its own as <figure>. Buttons and
// counters of a slide show go; what is said of a picture is kept once.
func (p *page) framePictures(root *html.Node) {
	var w weigher
	all := w.weigh(root)
	p.frameBelow(root, &w, all, 0)
}

func (p *page) frameBelow(n *html.Node, w *weigher, all *weighed, depth int) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		own := w.of[c]
		switch {
		case c.Type != html.ElementNode || own == nil || c.Data == "figure" || c.Data == "head":
		case own.media && isPictureFrame(c, own, all):
			frame(c)
		case !own.media && own.chars > 0 && own.chars <= maxFrame && isCaptionName(c) && !holdsBlockOf(c, "p"):
			captionAlone(c)
		default:
			p.frameBelow(c, w, all, depth+1)
		}
		c = next
	}
}

// isPictureFrame says whether an element is a picture with its caption and nothing else.
func isPictureFrame(n *html.Node, own, all *weighed) bool {
	if own.chars == 0 || own.chars > maxFrame || own.title || own.links*2 > own.chars || own.good*3 > all.good {
		return false
	}
	switch n.Data {
	case "div", "li", "section", "span", "center", "dl", "p", "a":
	default:
		return false
	}
	named := false
	for field := range strings.FieldsSeq(attribute(n, "class")) {
		for word := range classWords(field) {
			named = named || pictureWords[word] || strings.HasSuffix(word, "photo") || strings.HasSuffix(word, "image") || strings.HasSuffix(word, "caption") || strings.Contains(word, "gallery")
		}
	}
	return named && (own.good < 2*minGood*3 || hasCaption(n)) && !isGallery(n)
}

// isGallery says whether an element holds several pictures that have captions of their own.
func isGallery(n *html.Node) bool {
	figures, captions, seen := 0, map[string]bool{}, map[string]bool{}
	for c := range n.Descendants() {
		if c.Type != html.ElementNode {
			continue
		}
		switch {
		case c.Data == "figure":
			figures++
		case c.Data == "img":
			seen[attribute(c, "src")] = true
		case (c.Data == "figcaption" || isCaptionName(c)) && !hasMedia(c) && !insideCaption(c, n):
			captions[fold(lineOfNode(c))] = true
		}
	}
	return figures > 1 || len(seen) > 1 && len(captions) > 1
}

func hasCaption(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && (c.Data == "figcaption" || isCaptionName(c) && lineOfNode(c) != "") {
			return true
		}
	}
	return false
}

func holdsBlockOf(n *html.Node, name string) bool {
	count := 0
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == name {
			count++
		}
	}
	return count > 1
}

// frame puts a figure in an element's place.
func frame(n *html.Node) {
	var media []*html.Node
	seen := map[string]bool{}
	var texts []string
	captions := hasCaption(n)
	for c := range n.Descendants() {
		switch {
		case c.Type == html.ElementNode && isMedia(c.Data) && !inside(c, n, isMedia):
			if key := attribute(c, "src"); key == "" || !seen[key] {
				seen[key] = true
				media = append(media, c)
			}
		case c.Type == html.ElementNode && (c.Data == "figcaption" || isCaptionName(c)) && captions && !insideCaption(c, n):
			texts = append(texts, lineOfNode(c))
		}
	}
	if !captions {
		for _, t := range passages(n) {
			if t.kind != "object" && !counting.MatchString(t.text) {
				texts = append(texts, t.text)
			}
		}
	}
	f := &html.Node{Type: html.ElementNode, Data: "figure", DataAtom: atom.Figure}
	if list := n.Parent; n.Data == "li" && list.Parent != nil {
		list.Parent.InsertBefore(f, list) // a slide is no entry of a list
	} else {
		n.Parent.InsertBefore(f, n)
	}
	n.Parent.RemoveChild(n)
	for _, m := range media {
		m.Parent.RemoveChild(m)
		f.AppendChild(m)
	}
	if text := joinTexts(texts); text != "" {
		f.AppendChild(captionElement(text))
	}
}

func captionElement(text string) *html.Node {
	c := &html.Node{Type: html.ElementNode, Data: "figcaption", DataAtom: atom.Figcaption}
	c.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	return c
}

// captionAlone makes a caption that stands apart from its picture the caption of the figure before it, else a figure of
// its own: what is said of a picture is no paragraph, with or without it.
func captionAlone(n *html.Node) {
	text := lineOfNode(n)
	for f := n.PrevSibling; f != nil; f = f.PrevSibling {
		if f.Type == html.TextNode && strings.TrimSpace(f.Data) == "" {
			continue
		}
		if f.Type == html.ElementNode && f.Data == "figure" && firstElement(f, "figcaption") == nil {
			n.Parent.RemoveChild(n)
			f.AppendChild(captionElement(text))
			return
		}
		break
	}
	if n.Parent.Data == "figure" {
		n.Data, n.DataAtom, n.Attr = "figcaption", atom.Figcaption, nil
		return
	}
	f := &html.Node{Type: html.ElementNode, Data: "figure", DataAtom: atom.Figure}
	if media := nearMedia(n); media != nil {
		media.Parent.InsertBefore(f, media)
		media.Parent.RemoveChild(media)
		f.AppendChild(media)
	} else {
		n.Parent.InsertBefore(f, n)
	}
	n.Parent.RemoveChild(n)
	f.AppendChild(captionElement(text))
}

// nearMedia is the picture right before a caption, alone in its element.
func nearMedia(n *html.Node) *html.Node {
	for b := n.PrevSibling; b != nil; b = b.PrevSibling {
		switch {
		case b.Type == html.TextNode && strings.TrimSpace(b.Data) == "":
			continue
		case b.Type != html.ElementNode:
			return nil
		case isMedia(b.Data):
			return b
		case lineOfNode(b) != "":
			return nil
		}
		var found *html.Node
		for c := range b.Descendants() {
			if c.Type == html.ElementNode && isMedia(c.Data) && !inside(c, b, isMedia) {
				if found != nil {
					return nil
				}
				found = c
			}
		}
		return found
	}
	return nil
}

// inside says whether an element between n and top has a name that fits.
func inside(n, top *html.Node, fits func(string) bool) bool {
	for up := n.Parent; up != nil && up != top; up = up.Parent {
		if fits(up.Data) {
			return true
		}
	}
	return false
}

func insideCaption(n, top *html.Node) bool {
	for up := n.Parent; up != nil && up != top; up = up.Parent {
		if up.Data == "figcaption" || isCaptionName(up) && lineOfNode(up) != "" && !hasMedia(up) {
			return true
		}
	}
	return false
}

func hasMedia(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && isMedia(c.Data) {
			return true
		}
	}
	return false
}

// joinTexts is what several lines say, each once; the beginning of another ("… more") says nothing.
func joinTexts(texts []string) string {
	var out []string
	for i, t := range texts {
		again := t == ""
		for j, other := range texts {
			short := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(fold(t), "more"), "less"), " .…")
			again = again || i != j && short != "" && strings.Contains(fold(other), short) && (len(other) > len(t) || len(other) == len(t) && j < i)
		}
		if !again {
			out = append(out, t)
		}
	}
	return strings.Join(out, " ")
}

// firstElement is the first element below root of that name.
func firstElement(root *html.Node, name string) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			return n
		}
	}
	return nil
}
