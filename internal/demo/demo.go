// Package demo is a small newspaper inside the binary: articles in two languages with pictures, bylines and captions, the
// pages they live on, and a configuration that makes a hub take them in. With it the hub can be shown and tested without a
// network. The paper, its people and its places are invented.
//
// It never touches a store and hands the hub nothing but documents, which come in through the ordinary sources of kind
// files. Start with New; the texts are articles/{section}/{slug}.txt, read by article.go;
// the pictures were drawn as pictures/svg and rendered to the JPEG files beside them.
package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"tinhub/internal/hub"
)

//go:embed articles pictures/*.jpg pictures/logo.svg pictures/logo.png templates
var files embed.FS

// Pictures all have this size, in pixels.
const (
	pictureWidth  = 960
	pictureHeight = 540
)

// form is how a section's articles reach the hub.
type form string

const (
	formPages form = "pages" // one HTML page each
	formFeed  form = "feed"  // one RSS file for all
	formTexts form = "texts" // one plain text each, as if copied from a printed page's web edition
)

// section is a section of the paper.
type section struct {
	id, title, description, language string
	form                             form
}

// sourceID is the id of the source that brings the section in.
func (s *section) sourceID() string { return "demo-" + s.id }

// pattern is the path of the section's documents below the unpacked folder.
func (s *section) pattern() string {
	switch s.form {
	case formFeed:
		return s.id + "/feed.xml"
	case formTexts:
		return s.id + "/*.txt"
	}
	return s.id + "/*.html"
}

func sections() []*section {
	return []*section{
		{"thoi-su", "Thời sự", "Tin trong ngày từ phố, xã và những dòng sông.", "vi", formPages},
		{"nha-nong", "Nhà nông", "Mùa vụ, giá cả và cách làm của bà con.", "vi", formPages},
		{"giao-duc", "Giáo dục", "Chuyện trường, chuyện lớp, chuyện thầy trò.", "vi", formPages},
		{"van-hoa", "Văn hóa", "Lễ hội, nghề xưa và những người giữ lửa.", "vi", formPages},
		{"the-thao", "Thể thao", "Sân cỏ, đường đua và phong trào.", "vi", formTexts},
		{"province", "Province", "News from the river towns, in English.", "en", formPages},
		{"life", "Life & Culture", "Food, music, walks and people.", "en", formFeed},
	}
}

// Newsroom is the paper, ready to be served and unpacked. It does not change once made and may be used by many at a time.
type Newsroom struct {
	site     string
	sections []*section
	articles []*article          // newest first
	named    map[string]*article // by section/slug
	page     *template.Template
	front    *template.Template
	served   map[string][]byte // pages as they are served, by section/slug; the front page is ""
}

// New reads the articles in the binary for a hub at siteURL, such as http://127.0.0.1:8080.
func New(siteURL string) (*Newsroom, error) {
	u, err := url.Parse(siteURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("the demo's site URL %q is not an absolute http or https URL", siteURL)
	}
	n := &Newsroom{site: strings.TrimRight(siteURL, "/"), sections: sections(), named: map[string]*article{}, served: map[string][]byte{}}
	if err := n.readArticles(); err != nil {
		return nil, fmt.Errorf("read the demo's articles: %w", err)
	}
	funcs := template.FuncMap{"when": when, "words": words, "caption": caption}
	for name, into := range map[string]**template.Template{"page.html": &n.page, "front.html": &n.front} {
		t, err := template.New(name).Funcs(funcs).ParseFS(files, "templates/"+name, "templates/style.css")
		if err != nil {
			return nil, fmt.Errorf("read the demo's page templates: %w", err)
		}
		*into = t
	}
	if err := n.renderAll(); err != nil {
		return nil, err
	}
	return n, nil
}

// renderAll makes every page once, so that serving cannot fail.
func (n *Newsroom) renderAll() (err error) {
	for _, a := range n.articles {
		if n.served[a.name()], err = n.render(a, true); err != nil {
			return err
		}
	}
	n.served[""], err = n.renderFront()
	return err
}

// Config is the YAML configuration the demo runs with: the sections, and a source for each that reads what Unpack wrote
// below dir. listen is host:port, store a store's URL.
func (n *Newsroom) Config(dir, listen, store string) []byte {
	var b bytes.Buffer
	line := func(indent int, key, value string) {
		fmt.Fprintf(&b, "%s%s: %s\n", strings.Repeat(" ", indent), key, quoted(value))
	}
	b.WriteString("site:\n")
	line(2, "title", paper)
	line(2, "description", motto)
	line(2, "url", n.site)
	line(2, "language", "vi")
	line(2, "timezone", "Asia/Ho_Chi_Minh")
	line(2, "image", n.site+"/demo/logo.png")
	line(0, "listen", listen)
	line(0, "store", store)
	b.WriteString("sections:\n")
	for _, s := range n.sections {
		line(2, "- id", s.id)
		line(4, "title", s.title)
		line(4, "description", s.description)
		line(4, "language", s.language)
		line(4, "edition", s.language)
	}
	b.WriteString("sources:\n")
	escape := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)
	for _, s := range n.sections {
		line(2, "- id", s.sourceID())
		line(4, "title", paper+" – "+s.title)
		line(4, "kind", string(hub.KindFiles))
		line(4, "path", filepath.Join(escape.Replace(dir), filepath.FromSlash(s.pattern())))
		line(4, "section", s.id)
		line(4, "language", s.language)
	}
	return b.Bytes()
}

// quoted writes a string as JSON, which YAML reads.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always marshals
	}
	return string(b)
}

const (
	paper = "Báo Sông Xanh"
	motto = "Tiếng nói của những vùng đất bên sông"
)

// zone is where the paper is printed. It has had one offset since 1975, so no zone database is needed.
func zone() *time.Location { return time.FixedZone("+07", 7*60*60) }
