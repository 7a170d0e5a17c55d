package source

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"tinhub/internal/hub"
)

// rendition is one form of a picture, film or recording.
type rendition struct {
	name, link, kind, title string
	width, height           int
	size, seconds           float64
}

// web says whether browsers show the rendition as a picture.
func (r rendition) web() bool {
	kind := strings.ToLower(r.kind)
	if strings.HasPrefix(kind, "image/") {
		return slices.Contains([]string{"image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/svg+xml"}, kind)
	}
	return kind == "" && extension(r.link) != "" && strings.Contains(" jpg jpeg png gif webp avif ", " "+extension(r.link)+" ")
}

// av is video or audio, by type, else by the name's end; "" for neither.
func (r rendition) av() string {
	kind, _, _ := strings.Cut(strings.ToLower(r.kind), "/")
	switch {
	case kind == "video", kind == "audio":
		return kind
	case r.kind != "":
		return ""
	case strings.Contains(" mp4 m4v mov webm mpg mpeg ", " "+extension(r.link)+" "):
		return "video"
	case strings.Contains(" mp3 m4a aac ogg oga wav ", " "+extension(r.link)+" "):
		return "audio"
	}
	return ""
}

// extension is the end of the name that a link leads to, in lower case; "-" for none.
func extension(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return "-"
	}
	if e := strings.TrimPrefix(path.Ext(u.Path), "."); e != "" {
		return strings.ToLower(e)
	}
	return "-"
}

// weight orders renditions that give no width by what agencies call them.
func (r rendition) weight() int {
	name := strings.ToLower(r.name)
	if i := strings.LastIndexAny(name, ":/#"); i >= 0 {
		name = name[i+1:]
	}
	for i, words := range [][]string{{"thumb"}, {"small", "icon", "square"}, {"preview", "view", "low", "medium"}, {"web", "base"}, {"high", "hires", "large", "full", "main", "original", "master"}} {
		for _, w := range words {
			if strings.Contains(name, w) {
				return i - 5
			}
		}
	}
	return -3
}

// largest is the picture among renditions that is worth showing: the widest that browsers can show. A rendition that gives
// no type may be one, after those that do; one without an address never is.
func largest(list []rendition) (rendition, bool) {
	best, found := rendition{}, false
	rank := func(r rendition) (int, int) {
		sure := 0
		if r.web() {
			sure = 1
		}
		if r.width > 0 {
			return sure, r.width
		}
		return sure, r.weight()
	}
	for _, r := range list {
		if r.link == "" || r.kind != "" && !r.web() || r.kind == "" && !r.web() && extension(r.link) != "-" {
			continue
		}
		if !found {
			best, found = r, true
			continue
		}
		sure, size := rank(r)
		if bestSure, bestSize := rank(best); sure > bestSure || sure == bestSure && size > bestSize {
			best = r
		}
	}
	return best, found
}

// plays says whether every browser plays the rendition.
func (r rendition) plays() bool {
	return slices.Contains([]string{"video/mp4", "audio/mpeg", "audio/mp3", "audio/mp4"}, r.kind) || slices.Contains([]string{"mp4", "mp3", "m4a"}, extension(r.link))
}

// film is the best of the renditions that are video or audio: one that browsers play, then the largest.
func film(list []rendition) (rendition, bool) {
	best, found := rendition{}, false
	for _, r := range list {
		if r.link == "" || r.av() == "" {
			continue
		}
		if better := r.plays() != best.plays() && r.plays() || r.plays() == best.plays() && r.width > best.width; !found || better {
			best, found = r, true
		}
	}
	return best, found
}

func (r rendition) attachment(title string) hub.Attachment {
	return hub.Attachment{URL: r.link, Type: r.kind, Title: first(title, r.title), Size: int64(r.size), Duration: secondsOf(r.seconds)}
}

// pixels is a size in pixels, 0 where it is none.
func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 1<<20 {
		return 0
	}
	return n
}

// positive is a number as written, 0 where it is none or negative.
func positive(s string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f > 0 && f < 1<<53) {
		return 0
	}
	return f
}
