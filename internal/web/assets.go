package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"tinhub/internal/hub"
)

//go:embed static templates
var files embed.FS

const (
	typeHTML = "text/html; charset=utf-8"
	typeCSS  = "text/css; charset=utf-8"
	typeJS   = "text/javascript; charset=utf-8"
	typeSVG  = "image/svg+xml"
)

// assetURLs are the paths of the files that pages use; each has its content's hash in it and never changes.
type assetURLs struct {
	Site, Embed, Icon string
}

// loadAssets reads what is built in. It fails only on a broken build.
func (s *server) loadAssets() error {
	s.assets = map[string]*ready{}
	site, err := files.ReadFile("static/site.css")
	if err != nil {
		return fmt.Errorf("web: read the style sheet: %w", err)
	}
	frame, err := files.ReadFile("static/embed.css")
	if err != nil {
		return fmt.Errorf("web: read the embeds' style sheet: %w", err)
	}
	script, err := files.ReadFile("static/embed.js")
	if err != nil {
		return fmt.Errorf("web: read the embeds' script: %w", err)
	}
	s.urls = assetURLs{
		Site:  s.addAsset("site", ".css", typeCSS, site),
		Embed: s.addAsset("embed", ".css", typeCSS, frame),
		Icon:  s.addAsset("icon", ".svg", typeSVG, icon(s.Site.Title)),
	}
	s.script = prepare(compressed(typeJS, script),
		field{"Cache-Control", cacheScript}, field{"Cross-Origin-Resource-Policy", crossOrigin})
	s.pages, err = parseTemplates()
	return err
}

func (s *server) addAsset(name, ext, contentType string, body []byte) string {
	sum := sha256.Sum256(body)
	file := name + "." + hex.EncodeToString(sum[:6]) + ext
	s.assets[file] = prepare(compressed(contentType, body),
		field{"Cache-Control", cacheImmutable}, field{"Cross-Origin-Resource-Policy", crossOrigin},
		field{"Content-Security-Policy", []string{"default-src 'none'; style-src 'unsafe-inline'"}})
	return s.base + "/assets/" + file
}

// icon is the first letter of the site's name on a coloured ground.
func icon(title string) []byte {
	letter := "T"
	if r, _ := utf8.DecodeRuneInString(strings.TrimSpace(title)); r != utf8.RuneError && unicode.IsLetter(r) {
		letter = string(unicode.ToUpper(r))
	}
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="8" fill="#a3161d"/>` +
		`<text x="32" y="47" text-anchor="middle" font-family="Georgia,serif" font-weight="700" font-size="44" fill="#fff">` +
		html.EscapeString(letter) + `</text></svg>`)
}

// asset serves a built-in file by its name, which holds its hash.
func (s *server) asset(w *recorder, r *http.Request) error {
	rd, ok := s.assets[r.PathValue("file")]
	if !ok {
		return hub.Errorf(hub.NotFound, "there is nothing at this address")
	}
	return s.serve(w, r, rd)
}

// document is a body with its tag, uncompressed.
func document(contentType string, body []byte) *hub.Feed {
	return &hub.Feed{ContentType: contentType, Codings: []hub.Coding{{ETag: tagOf(body, ""), Body: body}}}
}

// light is a body with its tags and its gzip form, made fast: for what is rendered at every request.
func light(contentType string, body []byte) *hub.Feed {
	f := document(contentType, body)
	f.Codings = append(f.Codings, hub.Coding{Name: "gzip", ETag: tagOf(body, "-gzip"), Body: zipped(body, gzip.BestSpeed)})
	return f
}

// compressed is a body with its tags and its gzip and br forms, made well: for what is sent many times.
func compressed(contentType string, body []byte) *hub.Feed {
	f := document(contentType, body)
	var br bytes.Buffer
	b := brotli.NewWriterLevel(&br, 5)
	_, _ = b.Write(body) // writes to memory do not fail
	_ = b.Close()
	f.Codings = append(f.Codings,
		hub.Coding{Name: "gzip", ETag: tagOf(body, "-gzip"), Body: zipped(body, gzip.DefaultCompression)},
		hub.Coding{Name: "br", ETag: tagOf(body, "-br"), Body: br.Bytes()})
	return f
}

func zipped(body []byte, level int) []byte {
	var buf bytes.Buffer
	g, _ := gzip.NewWriterLevel(&buf, level) // the levels are legal; writes to memory do not fail
	_, _ = g.Write(body)
	_ = g.Close()
	return buf.Bytes()
}

func tagOf(body []byte, coding string) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + coding + `"`
}
