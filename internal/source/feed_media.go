package source

import (
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"tinhub/internal/hub"
)

// maxMedia bounds the pictures, and the files, of one item.
const maxMedia = 300

// media collects what an item shows and plays: enclosures, Media RSS (its spec, 1.5.1), iTunes.
type media struct {
	pictures    []hub.DraftPicture
	thumbnails  []hub.DraftPicture
	attachments []hub.Attachment
	duration    time.Duration // of the only recording, from itunes:duration
}

func (m *media) enclosure(link, kind, length, title string) {
	link, kind = strings.TrimSpace(link), strings.TrimSpace(kind)
	if link == "" {
		return
	}
	size, err := strconv.ParseInt(strings.TrimSpace(length), 10, 64)
	if err != nil || size < 0 {
		size = 0
	}
	m.attach(hub.Attachment{URL: link, Type: kind, Title: title, Size: size})
	if isImage(kind, "", link) {
		m.picture(hub.DraftPicture{URL: link, Type: kind})
	}
}

func (m *media) attach(a hub.Attachment) {
	for i, have := range m.attachments {
		if have.URL == a.URL {
			m.attachments[i].Type = first(have.Type, a.Type)
			m.attachments[i].Size = max(have.Size, a.Size)
			m.attachments[i].Duration = max(have.Duration, a.Duration)
			return
		}
	}
	if len(m.attachments) < maxMedia {
		m.attachments = append(m.attachments, a)
	}
}

// picture notes a picture once; of several sizes of one file the largest stays, with all that any of them says.
func (m *media) picture(p hub.DraftPicture) {
	for i := range m.pictures {
		have := &m.pictures[i]
		if have.URL != p.URL && (pictureFile(p.URL) == "" || pictureFile(have.URL) != pictureFile(p.URL)) {
			continue
		}
		if p.Width*p.Height > have.Width*have.Height || p.Width > have.Width && have.URL != p.URL {
			have.URL, have.Width, have.Height = p.URL, p.Width, p.Height
		}
		have.Type, have.Alt, have.Credit = first(have.Type, p.Type), first(have.Alt, p.Alt), first(have.Credit, p.Credit)
		if have.Caption.Value == "" {
			have.Caption = p.Caption
		}
		return
	}
	if len(m.pictures) < maxMedia {
		m.pictures = append(m.pictures, p)
	}
}

// pictureFile is what stays the same when one picture is served in several sizes: its address without the query, where
// that names a picture file.
func pictureFile(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.RawQuery == "" || !hasImageSuffix(u.Path) {
		return ""
	}
	return u.Host + u.Path
}

// extensions reads Media RSS: media:content of the item and of its groups, thumbnails where there is nothing better.
func (m *media) extensions(exts ext.Extensions) {
	space := exts["media"]
	outer := ext.Extension{Children: space}
	for _, c := range space["content"] {
		m.content(c, outer)
	}
	for _, g := range space["group"] {
		m.group(g)
	}
	for _, t := range space["thumbnail"] {
		m.thumbnail(t)
	}
	m.podcast(exts)
	for _, prefix := range []string{"atom", "a10", "atom10", "atom03"} {
		for _, l := range exts[prefix]["link"] {
			if strings.EqualFold(l.Attrs["rel"], "enclosure") {
				m.enclosure(l.Attrs["href"], l.Attrs["type"], l.Attrs["length"], l.Attrs["title"])
			}
		}
	}
}

// group is one thing in several forms: the largest picture of it counts.
func (m *media) group(g ext.Extension) {
	var best *ext.Extension
	for i, c := range g.Children["content"] {
		if !contentIsImage(c) {
			m.content(c, g)
			continue
		}
		if best == nil || area(c) > area(*best) {
			best = &g.Children["content"][i]
		}
	}
	if best != nil {
		m.content(*best, g)
	}
	for _, t := range g.Children["thumbnail"] {
		m.thumbnail(t)
	}
}

func (m *media) content(c, outer ext.Extension) {
	for _, t := range c.Children["thumbnail"] {
		m.thumbnail(t)
	}
	link := strings.TrimSpace(c.Attrs["url"])
	if link == "" {
		// What is not to be had as a file is played on a page.
		if player, ok := firstExtension(append(c.Children["player"], outer.Children["player"]...)); ok && player.Attrs["url"] != "" {
			seconds, _ := strconv.ParseFloat(c.Attrs["duration"], 64)
			m.attach(hub.Attachment{URL: strings.TrimSpace(player.Attrs["url"]), Type: "text/html", Title: childText(c, "title"), Duration: secondsOf(seconds)})
		}
		return
	}
	if !contentIsImage(c) {
		size, _ := strconv.ParseInt(c.Attrs["fileSize"], 10, 64)
		seconds, _ := strconv.ParseFloat(c.Attrs["duration"], 64)
		m.attach(hub.Attachment{
			URL: link, Type: c.Attrs["type"], Title: first(childText(c, "title"), childText(c, "description")), Size: max(size, 0), Duration: secondsOf(seconds),
		})
		return
	}
	p := hub.DraftPicture{URL: link, Type: c.Attrs["type"], Width: number(c.Attrs["width"]), Height: number(c.Attrs["height"])}
	for _, from := range []ext.Extension{c, outer} {
		for _, name := range []string{"description", "text", "title"} {
			if v := childText(from, name); v != "" && p.Caption.Value == "" {
				p.Caption = hub.Text{Value: v, HTML: childIsHTML(from, name)}
			}
		}
		if p.Alt == "" && childText(from, "title") != p.Caption.Value {
			p.Alt = childText(from, "title")
		}
		if p.Credit == "" {
			p.Credit = creditOf(from)
		}
	}
	m.picture(p)
}

func (m *media) thumbnail(t ext.Extension) {
	if link := strings.TrimSpace(t.Attrs["url"]); link != "" {
		m.thumbnails = append(m.thumbnails, hub.DraftPicture{URL: link, Width: number(t.Attrs["width"]), Height: number(t.Attrs["height"])})
	}
}

// custom reads the elements without a namespace by which many news systems name an item's picture.
func (m *media) custom(custom map[string]string) {
	if len(custom) == 0 {
		return
	}
	for _, name := range []string{"image", "thumb", "thumbnail", "img", "Image"} {
		v := strings.TrimSpace(custom[name])
		if i := strings.Index(v, "<url>"); i >= 0 {
			v, _, _ = strings.Cut(v[i+len("<url>"):], "</url>")
			v = xmlText([]byte(v))
		}
		if isWeb(v) {
			m.picture(hub.DraftPicture{URL: v})
		}
	}
}

// creditOf is who made a picture: its photographer, else all that are named.
func creditOf(e ext.Extension) string {
	var names []string
	for _, c := range e.Children["credit"] {
		v := strings.TrimSpace(c.Value)
		if strings.EqualFold(c.Attrs["role"], "photographer") && v != "" {
			return v
		}
		if v != "" && len(names) < 5 {
			names = append(names, v)
		}
	}
	return strings.Join(raws(names...), ", ")
}

// into puts all into the draft. The main picture is the largest; where no sizes are given, the first. A thumbnail counts
// where there is nothing else, or where it is larger than all there is.
func (m *media) into(d *hub.Draft) {
	best := -1
	for i, t := range m.thumbnails {
		if best < 0 || pictureArea(t.Width, t.Height) > pictureArea(m.thumbnails[best].Width, m.thumbnails[best].Height) {
			best = i
		}
	}
	if best >= 0 && (len(m.pictures) == 0 || m.exceeds(m.thumbnails[best])) {
		m.picture(m.thumbnails[best])
	}
	if m.duration > 0 {
		for i := range m.attachments {
			if a := &m.attachments[i]; a.Duration == 0 && !isImage(a.Type, "", a.URL) {
				a.Duration = m.duration
				break
			}
		}
	}
	best = 0
	for i, p := range m.pictures {
		if pictureArea(p.Width, p.Height) > pictureArea(m.pictures[best].Width, m.pictures[best].Height) {
			best = i
		}
	}
	if len(m.pictures) > 0 {
		d.Image, d.Pictures = m.pictures[best], m.pictures
	}
	d.Attachments = m.attachments
}

// exceeds says whether t is larger than every picture, all of whose sizes are known.
func (m *media) exceeds(t hub.DraftPicture) bool {
	for _, p := range m.pictures {
		if p.Width == 0 || t.Width*max(t.Height, 1) <= p.Width*max(p.Height, 1) {
			return false
		}
	}
	return true
}

func contentIsImage(c ext.Extension) bool {
	return isImage(c.Attrs["type"], c.Attrs["medium"], c.Attrs["url"]) || isUnsaid(c)
}

// isUnsaid: news feeds that say nothing of a media:content mean a picture.
func isUnsaid(c ext.Extension) bool {
	u, err := url.Parse(c.Attrs["url"])
	return c.Attrs["type"] == "" && c.Attrs["medium"] == "" && c.Attrs["duration"] == "" && err == nil && path.Ext(u.Path) == ""
}

func hasImage(list []ext.Extension) bool {
	for _, c := range list {
		if contentIsImage(c) {
			return true
		}
	}
	return false
}

// isImage judges by media type, then by what the feed calls it, then by the file's name.
func isImage(kind, medium, link string) bool {
	switch kind = strings.ToLower(kind); {
	case strings.HasPrefix(kind, "image"):
		return true
	case medium != "":
		return strings.EqualFold(medium, "image")
	case kind != "" && kind != "application/octet-stream":
		return false
	}
	u, err := url.Parse(link)
	return err == nil && hasImageSuffix(u.Path)
}

func hasImageSuffix(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".jfif", ".bmp", ".svg":
		return true
	}
	return false
}

func area(c ext.Extension) int {
	return pictureArea(number(c.Attrs["width"]), number(c.Attrs["height"]))
}

// pictureArea is how large a picture is; a side that is not said is taken for as long as the other.
func pictureArea(width, height int) int {
	switch {
	case width == 0:
		width = height
	case height == 0:
		height = width
	}
	return width * height
}

// number reads a size in pixels; 0 for what is none.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 100_000 {
		return 0
	}
	return n
}

func secondsOf(s float64) time.Duration {
	if s <= 0 || s > 1e7 {
		return 0
	}
	return time.Duration(s * float64(time.Second)).Round(time.Second)
}

// clockDuration reads seconds, MM:SS or HH:MM:SS.
func clockDuration(s string) time.Duration {
	if s == "" {
		return 0
	}
	total := 0.0
	for _, part := range strings.Split(strings.TrimSpace(s), ":") {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || n < 0 {
			return 0
		}
		total = total*60 + n
	}
	return secondsOf(total)
}

func firstExtension(list []ext.Extension) (ext.Extension, bool) {
	if len(list) == 0 {
		return ext.Extension{}, false
	}
	return list[0], true
}

func childText(e ext.Extension, name string) string {
	for _, c := range e.Children[name] {
		if v := strings.TrimSpace(c.Value); v != "" {
			return v
		}
	}
	return ""
}

func childIsHTML(e ext.Extension, name string) bool {
	c, ok := firstExtension(e.Children[name])
	return ok && strings.EqualFold(c.Attrs["type"], "html")
}
