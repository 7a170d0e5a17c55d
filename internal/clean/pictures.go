package clean

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// minMain is how wide a body's picture must be, where its width is known, to stand for the article.
const minMain = 200

// pictures gathers the article's pictures: the main one first, then those that are named, then the body's, each once at its
// largest, and all captions.
func (m *maker) pictures() {
	g := gallery{seen: map[string]int{}}
	main := ""
	if p, ok := m.picture(m.draft.Image); ok {
		main = pictureKey(p.URL)
		g.add(p)
	} else if m.draft.Image.URL != "" {
		m.trace.add("no usable link", "image", m.draft.Image.URL, "")
	}
	body := bodyPictures(m.blocks)
	var shown map[string]bool
	if len(m.draft.Pictures) > 0 && m.draft.Image.URL == "" && len(body) > 0 {
		shown = keysOf(body)
	}
	widest := -1
	var loose []string // captions of pictures that the document only speaks of
	for _, d := range m.draft.Pictures {
		p, ok := m.picture(d)
		if !ok && strings.TrimSpace(d.URL) == "" {
			loose = append(loose, cut(short(d.Caption), maxCaption))
			continue
		}
		if !ok {
			m.trace.add("no usable link", "pictures", d.URL, "")
			continue
		}
		g.add(p)
		if m.draft.Image.URL == "" && p.Width > widest && !(isSmall(p) && shown[pictureKey(p.URL)]) { // one of the body's has to be as large as they
			main, widest = pictureKey(p.URL), p.Width
		}
	}
	for _, d := range body {
		p, ok := m.picture(d)
		if !ok {
			continue
		}
		g.add(p)
		if main == "" && !isSmall(p) {
			main = pictureKey(p.URL)
		}
	}
	if i, ok := g.seen[main]; ok {
		first := g.list[i]
		copy(g.list[1:i+1], g.list[:i])
		g.list[0] = first
		m.item.Image = first.URL
		m.trace.changed("main picture", "image", m.draft.Image.URL, first.URL)
	}
	m.item.Pictures = bounded(m.trace, "pictures", g.list, maxPictures)
	m.captions(loose)
}

// isSmall says whether a picture is known to be too small to stand for the article.
func isSmall(p hub.Picture) bool { return p.Width > 0 && p.Width < minMain }

func keysOf(pictures []hub.DraftPicture) map[string]bool {
	keys := make(map[string]bool, len(pictures))
	for _, d := range pictures {
		keys[pictureKey(d.URL)] = true
	}
	return keys
}

func (m *maker) picture(d hub.DraftPicture) (hub.Picture, bool) {
	u, ok := canonicalURL(m.base, d.URL)
	if !ok || countsReaders(u) {
		return hub.Picture{}, false
	}
	p := hub.Picture{
		URL: u, Type: imageType(d.Type, u), Width: d.Width, Height: d.Height,
		Alt: cut(short(hub.Text{Value: d.Alt}), maxCaption), Caption: cut(short(d.Caption), maxCaption), Credit: cut(short(hub.Text{Value: d.Credit}), maxName),
	}
	if p.Width < 0 || p.Width > maxSide || p.Height < 0 || p.Height > maxSide {
		p.Width, p.Height = 0, 0
	}
	if p.Width == 1 || p.Height == 1 {
		return hub.Picture{}, false
	}
	if p.Alt != "" && isCaptionText(fold(p.Alt), fold(p.Caption)) {
		p.Alt = ""
	}
	return p, true
}

// bodyPictures gives the pictures of cleaned blocks, each with its figure's caption.
func bodyPictures(blocks []*node) []hub.DraftPicture {
	var out []hub.DraftPicture
	add := func(img *node, caption string) {
		out = append(out, hub.DraftPicture{
			URL: img.get("src"), Width: img.number("width"), Height: img.number("height"), Alt: img.get("alt"),
			Caption: hub.Text{Value: caption},
		})
	}
	var walk func(n *node)
	walk = func(n *node) {
		switch n.tag {
		case "figure":
			caption := captionOf(n)
			n.each(func(k *node) bool {
				if k.tag == "img" {
					add(k, caption)
					caption = ""
				}
				return true
			})
			return
		case "img":
			add(n, "")
		}
		for _, k := range n.kids {
			walk(k)
		}
	}
	for _, b := range blocks {
		walk(b)
	}
	return out
}

// gallery keeps each picture once, at its largest, in the place it was first named.
type gallery struct {
	list []hub.Picture
	seen map[string]int
}

func (g *gallery) add(p hub.Picture) {
	key := pictureKey(p.URL)
	i, known := g.seen[key]
	if !known {
		g.seen[key] = len(g.list)
		g.list = append(g.list, p)
		return
	}
	have := &g.list[i]
	switch {
	case p.URL == have.URL && p.Width > have.Width:
		have.Type, have.Width, have.Height = either(have.Type, p.Type), p.Width, p.Height
	case isWider(p, *have):
		have.URL, have.Type, have.Width, have.Height = p.URL, p.Type, p.Width, p.Height
	}
	have.Alt, have.Credit = either(have.Alt, p.Alt), either(have.Credit, p.Credit)
	if have.Caption == "" || isCaptionText(fold(have.Caption), fold(p.Caption)) {
		have.Caption = either(p.Caption, have.Caption)
	}
	if have.Alt != "" && isCaptionText(fold(have.Alt), fold(have.Caption)) {
		have.Alt = ""
	}
}

// isWider says whether p shows a picture in a larger size than have does. An address without a size is the original's, which
// none of its sizes surpasses.
func isWider(p, have hub.Picture) bool {
	width := have.Width
	if width == 0 {
		sized := false
		if width, sized = widthIn(have.URL); !sized {
			return false
		}
	}
	if p.Width > 0 {
		return p.Width > width
	}
	own, _ := widthIn(p.URL)
	return own > width
}

// widthIn is the width that a picture's address asks for, 0 where it does not tell; sized where it asks for a size at all.
func widthIn(u string) (width int, sized bool) {
	u, query, _ := strings.Cut(u, "?")
	if g := sizeSuffix.FindStringSubmatch(u); g != nil {
		return number(g[1], maxSide), true
	}
	for param := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(param, "=")
		switch name {
		case "w", "width", "resize", "fit", "size":
			end := 0
			for end < len(value) && value[end] >= '0' && value[end] <= '9' {
				end++
			}
			width, sized = max(width, number(value[:end], maxSide)), true
		case "h", "height":
			sized = true
		}
	}
	return width, sized
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

var (
	sizeSuffix = regexp.MustCompile(`-(\d{2,4})x\d{2,4}(\.[A-Za-z]{3,4})$`)
	sizeParam  = regexp.MustCompile(`^(?:w|h|width|height|size|resize|fit|crop|quality|q|dpr|auto|format|fm|s|strip|ssl)=`)
)

// pictureKey is the same for one picture at other sizes.
func pictureKey(u string) string {
	u, query, _ := strings.Cut(u, "?")
	_, u, _ = strings.Cut(u, "://")
	key := u
	if hasSize(u) {
		key = sizeSuffix.ReplaceAllString(u, "$2")
	}
	if query == "" {
		return key
	}
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(p string) bool { return p == "" || sizeParam.MatchString(p) })
	if len(kept) > 0 {
		key += "?" + strings.Join(kept, "&")
	}
	return key
}

// hasSize says whether an address may end in a size, as "-1024x576.jpg" does.
func hasSize(u string) bool {
	dot := strings.LastIndexByte(u, '.')
	i := dot - 1
	for i > 0 && u[i] >= '0' && u[i] <= '9' {
		i--
	}
	return i > 0 && i < dot-1 && u[i] == 'x'
}

// imageType is the declared media type where it is an image's, else what the address's ending says.
func imageType(declared, u string) string {
	t, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(declared)), ";")
	if t == "image/jpg" || t == "image/pjpeg" {
		t = "image/jpeg"
	}
	switch t {
	case "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif":
		return t
	}
	if imageMedia.MatchString(t) {
		return t
	}
	u, _, _ = strings.Cut(u, "?")
	switch strings.ToLower(path.Ext(u)) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".svg":
		return "image/svg+xml"
	}
	return ""
}

var imageMedia = regexp.MustCompile(`^image/[a-z0-9.+-]+$`)
