package clean

import (
	"regexp"
	"slices"
)

// figure makes a figure of what a page calls one: its pictures, its caption last. Without anything to show it is its text;
// with figures in it, it is they.
func (a *arena) figure(kids []*node) []*node {
	var shown, captions, texts, players []*node
	nested := false
	for _, k := range a.splitFigure(kids) {
		switch {
		case k.tag == "figcaption":
			captions = append(captions, k)
		case k.tag == "figure":
			nested = true
			shown = append(shown, k)
		case k.tag == "p":
			if slices.ContainsFunc(k.kids, func(c *node) bool { return c.embed }) {
				players = append(players, k)
				continue
			}
			media, text := a.apart(k.kids)
			shown = append(shown, media...)
			if p := a.run("p", text); p != nil {
				p.caption = true
				texts = append(texts, p)
			}
		default:
			shown = append(shown, k)
		}
	}
	if len(players) > 0 {
		// A player is a link in a paragraph; what captions it stands below.
		if caption := a.joinCaptions(append(captions, texts...)); caption != nil {
			shown = append(shown, a.element("figure", caption))
		}
		return append(append(append(players, a.element(edge)), shown...), a.element(edge))
	}
	shown = unrepeated(shown)
	if nested || len(shown) == 0 && len(captions) == 0 {
		out := append(shown, texts...)
		for _, c := range captions {
			out = append(out, a.captionLine(c.kids))
		}
		return append(out, a.element(edge))
	}
	caption := a.joinCaptions(append(captions, texts...))
	if caption != nil {
		shown = append(shown, caption)
	}
	return []*node{a.element("figure", shown...)}
}

// captionLine is a paragraph that captions the picture before it.
func (a *arena) captionLine(kids []*node) *node {
	p := a.element("p", kids...)
	p.caption = true
	return p
}

// splitFigure is flow, but captions stay captions.
func (a *arena) splitFigure(kids []*node) []*node {
	var out []*node
	start := 0
	for i, k := range kids {
		if k.tag == "figcaption" {
			out = append(out, a.flow(kids[start:i])...)
			out = append(out, k)
			start = i + 1
		}
	}
	return append(out, a.flow(kids[start:])...)
}

// apart divides inline nodes into pictures (in their links) and the rest.
func (a *arena) apart(kids []*node) (media, rest []*node) {
	for _, k := range kids {
		switch {
		case k.tag == "img":
			media = append(media, k)
		case k.first("img") != nil && blank(k.words()):
			media = append(media, a.linked(k)...)
		default:
			rest = append(rest, k)
		}
	}
	return media, rest
}

// linked gives the pictures below k, each in the link around it.
func (a *arena) linked(k *node) []*node {
	if k.tag == "img" {
		return []*node{k}
	}
	var out []*node
	for _, c := range k.kids {
		for _, m := range a.linked(c) {
			if k.tag == "a" && m.tag == "img" {
				link := a.element("a", m)
				link.attrs = k.attrs
				m = link
			}
			out = append(out, m)
		}
	}
	return out
}

// joinCaptions makes one caption of several, each text once.
func (a *arena) joinCaptions(from []*node) *node {
	var kids []*node
	var seen []string
	for _, c := range from {
		f := fold(c.words())
		if f == "" || slices.Contains(seen, f) {
			continue
		}
		seen = append(seen, f)
		if len(kids) > 0 {
			kids = append(kids, a.element("br"))
		}
		kids = append(kids, c.kids...)
	}
	return a.run("figcaption", kids)
}

// unrepeated drops the plain copy of a lazy picture.
func unrepeated(kids []*node) []*node {
	if !slices.ContainsFunc(kids, func(k *node) bool {
		img := k.first("img")
		return img != nil && img.spare
	}) {
		return kids
	}
	var out []*node
	for _, k := range kids {
		img := k.first("img")
		if img != nil && img.spare && slices.ContainsFunc(out, func(o *node) bool {
			other := o.first("img")
			return other != nil && pictureKey(other.get("src")) == pictureKey(img.get("src"))
		}) {
			continue
		}
		out = append(out, k)
	}
	return out
}

// figures makes figures of paragraphs that are pictures, with the caption that follows them.
func (a *arena) figures(blocks []*node) []*node {
	out := a.list(len(blocks))
	for _, k := range blocks {
		if k.tag == "p" && k.first("img") != nil {
			k.kids = unrepeated(k.kids)
			if fs := a.pictureParagraph(k); fs != nil {
				out = append(out, fs...)
				continue
			}
		}
		if last := len(out) - 1; (k.caption || last >= 0 && out[last].tag == "figure" && isCredited(k)) && last >= 0 && takesCaption(out[last]) {
			if c := a.joinCaptions([]*node{k}); c != nil {
				out[last].kids = append(out[last].kids, c)
			}
			continue
		}
		out = append(out, k)
	}
	return out
}

// isCredited says whether a paragraph, all of it in italics, names a picture's photographer or source.
func isCredited(p *node) bool {
	return p.tag == "p" && len(p.kids) == 1 && (p.kids[0].tag == "em" || p.kids[0].tag == "i") && p.size(maxFurniture) <= maxFurniture &&
		!p.showsMore() && credited.MatchString(p.words())
}

var credited = regexp.MustCompile(`(?i)(?:^|[\s(.,])(?:ảnh|ảnh minh họa|nguồn|đồ họa|photo|photos|photograph|picture|image|credit|source|graphic)\s*[:/]`)

func takesCaption(f *node) bool {
	return f.tag == "figure" && f.showsMore() && f.kids[len(f.kids)-1].tag != "figcaption"
}

// pictureParagraph makes figures of a paragraph that is only pictures, or one picture and its caption in italics.
func (a *arena) pictureParagraph(p *node) []*node {
	media, rest := a.apart(p.kids)
	text := a.run("p", rest)
	switch {
	case len(media) == 0:
		return nil
	case text == nil:
		var out []*node
		for _, m := range media {
			out = append(out, a.element("figure", m))
		}
		return out
	case len(media) == 1 && p.kids[0] == media[0] || len(media) == 1 && media[0].tag == "a" && p.kids[0].first("img") == media[0].first("img"):
		if len(text.kids) == 1 && (text.kids[0].tag == "em" || text.kids[0].tag == "i" || text.kids[0].tag == "small") {
			f := a.element("figure", media[0])
			if c := a.joinCaptions(text.kids); c != nil {
				f.kids = append(f.kids, c)
			}
			return []*node{f}
		}
	}
	return nil
}
