package demo

import (
	"bytes"
	"net/http"
	"path"
	"strings"
	"time"
)

// Handler serves the paper below /demo/: its front page, its articles, its pictures. Everything comes out of the binary.
func (n *Newsroom) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/{$}", n.serveFront)
	mux.HandleFunc("GET /demo/{section}/{page}", n.serveArticle)
	mux.HandleFunc("GET /demo/pictures/{file}", n.serveFile)
	mux.HandleFunc("GET /demo/{file}", n.serveFile)
	return mux
}

func (n *Newsroom) serveFront(w http.ResponseWriter, r *http.Request) {
	n.send(w, r, "index.html", n.served[""], n.articles[0].updated())
}

func (n *Newsroom) serveArticle(w http.ResponseWriter, r *http.Request) {
	slug, isPage := strings.CutSuffix(r.PathValue("page"), ".html")
	a, ok := n.named[r.PathValue("section")+"/"+slug]
	if !ok || !isPage {
		http.NotFound(w, r)
		return
	}
	n.send(w, r, "article.html", n.served[a.name()], a.updated())
}

// serveFile serves the pictures, and the logo one level above them.
func (n *Newsroom) serveFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if isLogo := strings.HasPrefix(name, "logo."); isLogo == strings.HasPrefix(r.URL.Path, "/demo/pictures/") {
		http.NotFound(w, r)
		return
	}
	data, err := files.ReadFile("pictures/" + path.Base(name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	n.send(w, r, name, data, n.articles[len(n.articles)-1].published)
}

// send answers with data. The pages take nothing from elsewhere, run no script and may not be framed by others.
func (n *Newsroom) send(w http.ResponseWriter, r *http.Request, name string, data []byte, changed time.Time) {
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=60")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self' "+n.site+"; style-src 'unsafe-inline'; frame-ancestors 'self'")
	http.ServeContent(w, r, name, changed, bytes.NewReader(data))
}
