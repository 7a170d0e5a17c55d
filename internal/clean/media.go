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
		return []*node{element(tag)}
	case "img":
		return one(b.img(n, ""))
	}
	return nil // a source outside its player or picture
}

// lazyAttrs are where pages put a picture's address until it is scrolled to.
var lazyAttrs = []string{"data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src", "data-img-src", "data-image", "data-url"}

var placeholder = regexp.MustCompile(`(?i)(?:placeholder|spacer|blank|transparent|lazy-?load|loading|1x1|pixel|grey|gray|default[-_]?img|no-?image)[^/]*\.(?:gif|png|svg|jpg)(?:\?|$)`)

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
	if isPixel(get(n, "width")) || isPixel(get(n, "height")) || countsReaders(src) {
		b.trace.add("tracking picture", b.field, src, "")
		return nil
	}
	el := element("img")
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
	lazy := src == "" || strings.HasPrefix(strings.TrimSpace(src), "data:") || placeholder.MatchString(src) ||
		strings.Contains(get(n, "class"), "lazy")
	var candidates []string
	for _, a := range lazyAttrs {
		if v := get(n, a); v != "" {
			candidates = append(candidates, v)
		}
	}
	if !lazy {
		candidates = slices.Insert(candidates, 0, src)
	}
	candidates = append(candidates, largest(get(n, "data-srcset")), largest(get(n, "srcset")), largest(spare), src)
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

// isPixel says whether a size is that of a counting picture.
func isPixel(s string) bool {
	s = strings.TrimSuffix(strings.TrimSpace(s), "px")
	return s == "0" || s == "1"
}

// largest gives the widest candidate of a srcset (HTML §4.8.4.2.1).
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
		v := 1.0
		if d := strings.TrimSpace(descriptor); len(d) > 1 {
			if f, err := strconv.ParseFloat(d[:len(d)-1], 64); err == nil {
				v = f
			}
		}
		if v > size {
			best, size = candidate, v
		}
		rest = strings.TrimLeft(rest, " \t\r\n\f,")
	}
	return best
}

var countingHosts = []string{
	"doubleclick.net", "feedburner.com", "feedsportal.com", "google-analytics.com", "googleadservices.com", "googlesyndication.com",
	"imrworldwide.com", "pheedo.com", "pixel.wp.com", "quantserve.com", "scorecardresearch.com", "stats.wordpress.com",
	"addtoany.com", "sharethis.com", "chartbeat.net", "adnxs.com", "admicro.vn", "analytics.yahoo.com",
}

// countsReaders says whether a picture's address is that of a known counter.
func countsReaders(src string) bool {
	u, err := url.Parse(src)
	if err != nil {
		return true
	}
	host := u.Hostname()
	if host == "www.facebook.com" && u.Path == "/tr" {
		return true
	}
	for _, h := range countingHosts {
		if host == h || strings.HasSuffix(host, "."+h) {
			return true
		}
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
	kids := b.kids(n)
	if len(element("div", kids...).words()) > maxFallback {
		return kids
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

func (b *builder) media(tag string, n *html.Node) []*node {
	el := element(tag)
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
		if u, ok := linkURL(b.base, get(c, "src")); ok && get(c, "src") != "" {
			s := element("source")
			s.set("src", u)
			if t := strings.ToLower(strings.TrimSpace(get(c, "type"))); mediaType.MatchString(t) {
				s.set("type", t)
			}
			el.kids = append(el.kids, s)
		}
	}
	fallback := b.kids(n)
	if len(element("div", fallback...).words()) <= maxFallback {
		fallback = nil
	}
	if el.get("src") == "" && len(el.kids) == 0 {
		b.note(n)
		return append(fallback, element(edge))
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

// player makes a link of an embedded player; a frame of anything else goes.
func (b *builder) player(n *html.Node) []*node {
	src := get(n, "src")
	for _, a := range lazyAttrs {
		if src == "" || strings.HasPrefix(src, "about:") {
			src = get(n, a)
		}
	}
	if n.Data == "amp-youtube" {
		src = "https://www.youtube.com/embed/" + get(n, "data-videoid")
	}
	to, ok := "", false
	if u, isURL := linkURL(b.base, src); isURL && src != "" {
		to, ok = watchURL(u)
	}
	if !ok {
		b.note(n)
		return []*node{element(edge)}
	}
	label := line(get(n, "title"))
	if label == "" {
		label = to
	}
	a := element("a", textNode(label))
	a.set("href", to)
	b.trace.add("player to link", b.field, src, to)
	return []*node{element(edge), a, element(edge)}
}

// watchURL is the page of what an embedded player shows; false where the player is not a known one.
func watchURL(embed string) (string, bool) {
	u, err := url.Parse(embed)
	if err != nil {
		return "", false
	}
	host := bareHost(u.Host)
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	last := parts[len(parts)-1]
	switch host {
	case "youtube.com", "youtube-nocookie.com":
		switch {
		case last == "videoseries" && u.Query().Get("list") != "":
			return "https://www.youtube.com/playlist?list=" + url.QueryEscape(u.Query().Get("list")), true
		case len(parts) == 2 && (parts[0] == "embed" || parts[0] == "v" || parts[0] == "shorts"):
			return "https://www.youtube.com/watch?v=" + url.QueryEscape(last), true
		}
	case "player.vimeo.com":
		if len(parts) == 2 && parts[0] == "video" {
			return "https://vimeo.com/" + url.PathEscape(last), true
		}
	case "dailymotion.com", "geo.dailymotion.com":
		if id := u.Query().Get("video"); id != "" {
			return "https://www.dailymotion.com/video/" + url.PathEscape(id), true
		}
		if len(parts) == 3 && parts[0] == "embed" {
			return "https://www.dailymotion.com/video/" + url.PathEscape(last), true
		}
	case "facebook.com":
		if parts[0] == "plugins" {
			return canonicalURL("", u.Query().Get("href"))
		}
	case "w.soundcloud.com":
		return canonicalURL("", u.Query().Get("url"))
	case "open.spotify.com":
		if parts[0] == "embed" && len(parts) > 2 {
			return "https://open.spotify.com/" + strings.Join(parts[1:], "/"), true
		}
	case "tiktok.com":
		if parts[0] == "embed" || parts[0] == "player" {
			return "https://www.tiktok.com/embed/" + url.PathEscape(last), true
		}
	case "embed.podcasts.apple.com":
		return "https://podcasts.apple.com" + u.EscapedPath(), true
	case "platform.twitter.com":
		if id := u.Query().Get("id"); id != "" {
			return "https://twitter.com/i/status/" + url.PathEscape(id), true
		}
	case "streamable.com", "rumble.com", "embed.ted.com", "players.brightcove.net", "omny.fm", "player.vov.vn":
		return embed, true
	}
	return "", false
}
