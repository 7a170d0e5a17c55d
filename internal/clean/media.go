package clean

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// maxSide is the largest width or height believed, in pixels.
const maxSide = 30000

func (b *builder) void(tag string, n *html.Node) []*node {
	switch tag {
	case "br", "hr":
		return b.alone(b.element(tag, nil))
	case "img":
		if img := b.img(n, ""); img != nil {
			return b.alone(img)
		}
	}
	return nil // a source outside its player or picture
}

// lazyAttrs are where pages put a picture's address until it is scrolled to. Beside one of the first few the src is a
// stand-in, whatever it looks like.
var lazyAttrs = []string{"data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src", "data-cfsrc", "data-hi-res-src", "data-img-src", "data-image", "data-url"}

const sureLazy = 7

var placeholder = regexp.MustCompile(`(?i)(?:placeholder|spacer|blank|transparent|lazy-?load|loading|1x1|pixel|grey|gray|default[-_]?img|no-?image)[^/]*\.(?:gif|png|svg|jpg)(?:\?|$)`)

// placeholderWords are what the expression above begins with.
var placeholderWords = []string{"placeholder", "spacer", "blank", "transparent", "lazy", "loading", "1x1", "pixel", "grey", "gray", "default", "no-image", "noimage"}

// isPlaceholder spares most addresses the regular expression.
func isPlaceholder(src string) bool {
	for i := range max(0, len(src)-1) {
		c, next := src[i]|0x20, src[i+1]|0x20
		if !placeholderStarts[c] {
			continue
		}
		for _, w := range placeholderWords {
			if c == w[0] && next == w[1]|0x20 && len(src)-i >= len(w) && strings.EqualFold(src[i:i+len(w)], w) {
				return placeholder.MatchString(src)
			}
		}
	}
	return false
}

var placeholderStarts = func() (starts [256]bool) {
	for _, w := range placeholderWords {
		starts[w[0]|0x20] = true
	}
	return starts
}()

// img makes a picture; nil where it has no address or only counts readers. spare is a srcset to fall back to.
func (b *builder) img(n *html.Node, spare string) *node {
	src, ok := b.imgURL(n, spare)
	if !ok {
		if get(n, "src") != "" {
			b.note(n)
		}
		return nil
	}
	w, h := number(get(n, "width"), maxSide), number(get(n, "height"), maxSide)
	if isPixel(get(n, "width")) || isPixel(get(n, "height")) || isHiddenPixel(n) || countsReaders(src) {
		b.trace.add("tracking picture", b.field, src, "")
		return nil
	}
	el := b.element("img", nil)
	el.attrs = make([]attr, 0, 5)
	el.set("src", src)
	el.set("alt", line(get(n, "alt")))
	if w > 1 && h > 1 {
		el.set("width", strconv.Itoa(w))
		el.set("height", strconv.Itoa(h))
	} else if w > 1 {
		el.set("width", strconv.Itoa(w))
	}
	if t := line(get(n, "title")); t != "" {
		el.set("title", t)
	}
	return el
}

func (b *builder) imgURL(n *html.Node, spare string) (string, bool) {
	src := get(n, "src")
	lazy := src == "" || strings.HasPrefix(strings.TrimSpace(src), "data:") || isPlaceholder(src) ||
		strings.Contains(get(n, "class"), "lazy")
	var room [16]string
	candidates := room[:0]
	for i, a := range lazyAttrs {
		if i == sureLazy && !lazy {
			if set := get(n, "srcset"); set != "" && isSized(src) {
				if big := largest(set); b.samePicture(big, src) {
					candidates = append(candidates, big)
				}
			}
			candidates = append(candidates, src)
		}
		if v := get(n, a); v != "" && !strings.HasPrefix(v, "data:") && !isPlaceholder(v) {
			candidates = append(candidates, v)
		}
	}
	candidates = append(candidates, largest(get(n, "data-srcset")), largest(get(n, "data-lazy-srcset")), largest(get(n, "srcset")), largest(spare), src)
	for _, c := range candidates {
		if strings.TrimSpace(c) == "" {
			continue
		}
		if u, ok := linkURL(b.base, c); ok {
			return u, true
		}
	}
	return "", false
}

// isSized says whether an address asks for a picture at a size.
func isSized(u string) bool {
	_, sized := widthIn(u)
	return sized
}

// isPixel says whether a size is that of a counting picture.
func isPixel(s string) bool {
	s = strings.TrimSuffix(strings.TrimSpace(s), "px")
	return s == "0" || s == "1"
}

// isHiddenPixel says whether a picture's style makes it one that nobody sees. One that waits for a script to show it is not
// meant.
func isHiddenPixel(n *html.Node) bool {
	style := get(n, "style")
	if style == "" {
		return false
	}
	if pixelStyle.MatchString(style) {
		return true
	}
	return mayHide(style) && displayNone.MatchString(style) && !slices.ContainsFunc(lazyAttrs, func(a string) bool { return get(n, a) != "" }) &&
		!strings.Contains(get(n, "class"), "lazy")
}

var pixelStyle = regexp.MustCompile(`(?i)(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:!important\s*)?(?:;|$)`)

// samePicture says whether two addresses, as they are written, are one picture's.
func (b *builder) samePicture(x, y string) bool {
	if !isAbsolute(x) || !isAbsolute(y) {
		var ok bool
		if x, ok = linkURL(b.base, x); !ok {
			return false
		}
		if y, ok = linkURL(b.base, y); !ok {
			return false
		}
	}
	return x != "" && pictureKey(x) == pictureKey(y)
}

// largest gives the widest candidate of a srcset (HTML §4.8.4.2.1) that may lead to a picture on the web.
func largest(srcset string) string {
	best, size := "", -1.0
	rest := strings.TrimLeft(srcset, " \t\r\n\f,")
	for rest != "" {
		end := strings.IndexAny(rest, " \t\r\n\f")
		if end < 0 {
			end = len(rest)
		}
		candidate := rest[:end]
		rest = rest[end:]
		descriptor := ""
		if trimmed := strings.TrimRight(candidate, ","); trimmed != candidate {
			candidate = trimmed
		} else {
			descriptor, rest, _ = strings.Cut(rest, ",")
		}
		if v := sizeOf(descriptor); v > size && !isOtherScheme(candidate) {
			best, size = candidate, v
		}
		rest = strings.TrimLeft(rest, " \t\r\n\f,")
	}
	return best
}

// sizeOf reads the width or density among the descriptors of a candidate; 1 where it has none, 0 where that is no size.
func sizeOf(descriptors string) float64 {
	v := 1.0
	for d := range strings.FieldsSeq(descriptors) {
		if last := d[len(d)-1]; last != 'w' && last != 'x' {
			continue // the height that goes with a width
		}
		f, err := strconv.ParseFloat(d[:len(d)-1], 64)
		if err != nil || !(f >= 0 && f <= maxSide) {
			return 0
		}
		v = f
	}
	return v
}

// isOtherScheme says whether an address is no page's or file's on the web: data:, blob:, javascript:.
func isOtherScheme(u string) bool {
	scheme, _, ok := strings.Cut(u, ":")
	return ok && !strings.ContainsAny(scheme, "/?#.") && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https")
}

// countingHosts are of counters, with all below them.
var countingHosts = setOf([]string{
	"doubleclick.net", "feedburner.com", "feedsportal.com", "google-analytics.com", "googleadservices.com", "googlesyndication.com",
	"imrworldwide.com", "pheedo.com", "pixel.wp.com", "quantserve.com", "scorecardresearch.com", "stats.wordpress.com",
	"counter.yadro.ru", "mc.yandex.ru", "top-fwz1.mail.ru", "adservice.google.com", "statcounter.com", "histats.com", "sitemeter.com", "extremetracking.com",
	"webtrends.com", "omtrdc.net", "2o7.net", "moatads.com", "amazon-adsystem.com", "crwdcntrl.net", "list-manage.com",
	"pixel.newscred.com", "tracking.feedpress.it", "feedpress.me",
	"addtoany.com", "sharethis.com", "chartbeat.net", "adnxs.com", "admicro.vn", "analytics.yahoo.com",
})

// countsReaders says whether a picture's address is that of a known counter.
func countsReaders(src string) bool {
	host, path := "", ""
	if own := originOf(src); own != "" {
		_, host, _ = strings.Cut(own, "//")
		path, _, _ = strings.Cut(src[len(own):], "?")
	} else {
		u, err := url.Parse(src)
		if err != nil {
			return true
		}
		host, path = u.Hostname(), u.Path
	}
	if host == "www.facebook.com" && strings.TrimSuffix(path, "/") == "/tr" {
		return true
	}
	if isCounterName(path) {
		return true
	}
	for host != "" {
		if countingHosts[host] {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}

// isCounterName says whether a path ends in what counters and spacers are called everywhere.
func isCounterName(path string) bool {
	name := strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	stem, ok := strings.CutSuffix(name, ".gif")
	if !ok {
		stem, ok = strings.CutSuffix(name, ".png")
	}
	switch stem {
	case "pixel", "1x1", "beacon", "tracker", "tracking", "trackingpixel", "tracking-pixel", "spacer", "blank", "clear", "transparent", "clearpixel", "1px", "px":
		return ok
	}
	return false
}

func (b *builder) picture(n *html.Node) []*node {
	spare := ""
	var picture *html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Data {
		case "source":
			for _, key := range []string{"srcset", "data-srcset"} {
				if spare == "" {
					spare = get(c, key)
				}
			}
		case "img":
			picture = c
		}
	}
	if picture == nil {
		return b.kids(n)
	}
	return one(b.img(picture, spare))
}

// maxFallback is the length in bytes up to which the text of a noscript, or within a player, is what a browser shows that has
// no scripts or players. More than that is an article that somebody forgot to close the tag before.
const maxFallback = 400

// noscript keeps what a lazy page shows without its script: pictures and players.
func (b *builder) noscript(n *html.Node) []*node {
	var out []*node
	kids := b.fallback(n)
	said := b.arena.element("div", kids...).words()
	if len(said) > maxFallback {
		return kids
	}
	if said != "" {
		b.trace.add("shown without scripts only", b.field, said, "")
	}
	for _, k := range kids {
		k.each(func(d *node) bool {
			if d.tag == "img" {
				d.spare = true
				out = append(out, d)
			}
			return true
		})
	}
	return out
}

// fallback gives what stands in a noscript, which the long way of parsing leaves as raw text.
func (b *builder) fallback(n *html.Node) []*node {
	raw := n.FirstChild
	if !b.rawFallback || raw == nil {
		return b.kids(n)
	}
	inner := builder{base: b.base, trace: b.trace, field: b.field, pre: b.pre, inFallback: true, arena: b.arena}
	kids, err := inner.parse(raw.Data)
	if err != nil {
		return []*node{b.arena.textNode(bareText(raw.Data))}
	}
	return kids
}

func (b *builder) media(tag string, n *html.Node) []*node {
	el := b.arena.element(tag)
	src := get(n, "src")
	if src == "" {
		src = get(n, "data-src")
	}
	if u, ok := linkURL(b.base, src); ok && src != "" {
		el.set("src", u)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.Data != "source" {
			continue
		}
		if u, ok := linkURL(b.base, either(get(c, "src"), get(c, "data-src"))); ok {
			s := b.arena.element("source")
			s.set("src", u)
			if t := strings.ToLower(strings.TrimSpace(get(c, "type"))); mediaType.MatchString(t) {
				s.set("type", t)
			}
			el.kids = append(el.kids, s)
		}
	}
	fallback := b.kids(n)
	if said := b.arena.element("div", fallback...).words(); len(said) <= maxFallback {
		if said != "" {
			b.trace.add("shown without players only", b.field, said, "")
		}
		fallback = nil
	}
	if el.get("src") == "" && len(el.kids) == 0 {
		b.note(n)
		return append(fallback, b.arena.element(edge))
	}
	if tag == "video" {
		if u, ok := linkURL(b.base, get(n, "poster")); ok && get(n, "poster") != "" {
			el.set("poster", u)
		}
		if w, h := number(get(n, "width"), maxSide), number(get(n, "height"), maxSide); w > 0 && h > 0 {
			el.set("width", strconv.Itoa(w))
			el.set("height", strconv.Itoa(h))
		}
	}
	el.set("controls", "")
	return append([]*node{el}, fallback...)
}

var mediaType = regexp.MustCompile(`^(?:audio|video|application)/[a-z0-9.+-]+$`)
