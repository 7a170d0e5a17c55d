package source

import (
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"tinhub/internal/hub"
)

func nestedAll(list []ext.Extension, name string) []ext.Extension {
	var all []ext.Extension
	for _, e := range list {
		all = append(all, e.Children[name]...)
	}
	return all
}

// nested is the text of a grandchild.
func nested(e ext.Extension, child, name string) string {
	for _, c := range e.Children[child] {
		if v := childText(c, name); v != "" {
			return v
		}
	}
	return ""
}

func linkChild(e ext.Extension, rel string) string {
	for _, l := range e.Children["link"] {
		if strings.EqualFold(first(l.Attrs["rel"], "alternate"), rel) {
			return strings.TrimSpace(l.Attrs["href"])
		}
	}
	return ""
}

// articleBehind sees to a feed service that put its click counter into the link, and the article's own address beside it. Where
// the link shows what it is, both stay, and clean takes the article's; any other it could not tell from a mistake.
func articleBehind(d *hub.Draft, exts ext.Extensions) {
	real := first(value(exts, "feedburner", "origLink"), value(exts, "pheedo", "origLink"))
	if !isWeb(real) {
		return
	}
	counter := hostOf(d.URL)
	if counter == "feedproxy.google.com" || counter == "feeds.feedburner.com" || domainOf(counter) == domainOf(hostOf(real)) {
		d.Canonical = first(d.Canonical, real)
		return
	}
	d.URL = real
}

// domainOf is the last two labels of a host.
func domainOf(host string) string {
	if i := strings.LastIndexByte(host, '.'); i > 0 {
		return host[strings.LastIndexByte(host[:i], '.')+1:]
	}
	return host
}

// moduleTags are the subjects that modules name.
func moduleTags(exts ext.Extensions) []string {
	if len(exts) == 0 {
		return nil
	}
	tags := values(exts, "dc", "subject")
	categories := append(append([]ext.Extension{}, exts["media"]["category"]...), nestedAll(exts["media"]["group"], "category")...)
	for _, e := range categories {
		tags = append(tags, first(e.Attrs["label"], e.Value))
	}
	for _, e := range exts["itunes"]["category"] {
		tags = append(tags, e.Attrs["text"])
		for _, sub := range e.Children["category"] {
			tags = append(tags, sub.Attrs["text"])
		}
	}
	return tags
}

// mediaTitle is the title of what an item plays, for items without one of their own.
func mediaTitle(exts ext.Extensions) hub.Text {
	v := value(exts, "media", "title")
	for _, e := range append(nestedAll(exts["media"]["group"], "title"), nestedAll(exts["media"]["content"], "title")...) {
		v = first(v, e.Value)
	}
	return sniffed(first(v, value(exts, "itunes", "title")))
}

// podcastPeople are those who make an episode: its hosts, else all that are named.
func podcastPeople(exts ext.Extensions) []hub.DraftAuthor {
	var hosts, all []hub.DraftAuthor
	for _, p := range exts["podcast"]["person"] {
		a := hub.DraftAuthor{Name: strings.TrimSpace(p.Value), URL: p.Attrs["href"]}
		if a.Name == "" || len(all) >= maxMedia {
			continue
		}
		all = append(all, a)
		if role := strings.ToLower(p.Attrs["role"]); role == "" || strings.Contains(role, "host") && role != "guest host" || role == "author" || role == "reporter" {
			hosts = append(hosts, a)
		}
	}
	if len(hosts) > 0 {
		return hosts
	}
	return all
}

// podcast reads what iTunes and the podcast namespace say of an episode: cover, duration, other recordings, transcripts.
func (m *media) podcast(exts ext.Extensions) {
	for _, e := range exts["itunes"]["image"] {
		m.thumbnails = append(m.thumbnails, pictureAt(first(e.Attrs["href"], e.Attrs["url"], e.Value), 0))
	}
	m.duration = clockDuration(value(exts, "itunes", "duration"))
	space := exts["podcast"]
	for _, e := range space["image"] {
		m.thumbnails = append(m.thumbnails, pictureAt(first(e.Attrs["href"], e.Attrs["url"]), number(e.Attrs["width"])))
	}
	for _, e := range space["images"] {
		for _, candidate := range strings.Split(e.Attrs["srcset"], ",") {
			if f := strings.Fields(candidate); len(f) > 0 {
				width, _ := strconv.Atoi(strings.TrimSuffix(f[len(f)-1], "w"))
				m.thumbnails = append(m.thumbnails, pictureAt(f[0], width))
			}
		}
	}
	for _, e := range space["alternateEnclosure"] {
		if source, ok := firstExtension(e.Children["source"]); ok {
			m.enclosure(source.Attrs["uri"], e.Attrs["type"], e.Attrs["length"], e.Attrs["title"])
		}
	}
	for _, e := range space["transcript"] {
		m.enclosure(e.Attrs["url"], e.Attrs["type"], "", "transcript")
	}
	kept := m.thumbnails[:0]
	for _, t := range m.thumbnails {
		if t.URL != "" && len(kept) < maxMedia {
			kept = append(kept, t)
		}
	}
	m.thumbnails = kept
}

// pictureAt is a square picture of that width.
func pictureAt(link string, width int) hub.DraftPicture {
	return hub.DraftPicture{URL: strings.TrimSpace(link), Width: number(strconv.Itoa(width)), Height: number(strconv.Itoa(width))}
}
