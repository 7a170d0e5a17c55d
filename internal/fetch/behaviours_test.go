package fetch

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// behaviour is a server that misbehaves, and what must be said of it.
type behaviour struct {
	name   string
	serve  http.HandlerFunc // one of serve and talk
	talk   func(net.Conn)
	reason string
	status int
	words  string // stand in the error
}

// answers are servers that speak HTTP and give no document, or one that is too much.
func answers(t *testing.T) []behaviour {
	bomb := zip(t, make([]byte, 1<<20))
	text := []byte(strings.Repeat("All the news. ", 1000))
	packed := func(coding string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", coding)
			_, _ = w.Write(body)
		}
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	return []behaviour{
		{name: "a 500", serve: status(500), reason: ReasonStatus, status: 500},
		{name: "a 404", serve: status(404), reason: ReasonStatus, status: 404},
		{name: "a 410", serve: status(410), reason: ReasonStatus, status: 410},
		{name: "a 204 without a document", serve: status(204), reason: ReasonStatus, status: 204},
		{name: "a part nobody asked for", serve: status(206), reason: ReasonStatus, status: 206},
		{name: "a 304 to an unconditional request", serve: status(304), reason: ReasonStatus, status: 304},
		{name: "a redirect without a place", serve: status(302), reason: ReasonStatus, status: 302},
		{name: "a body declared too large", serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(50<<20))
			endless(w, make([]byte, 32<<10))
		}, reason: ReasonTooLarge, words: "65536 bytes"},
		{name: "an endless body", serve: func(w http.ResponseWriter, _ *http.Request) {
			endless(w, make([]byte, 32<<10))
		}, reason: ReasonTooLarge},
		{name: "a gzip bomb", serve: packed("gzip", bomb), reason: ReasonTooLarge},
		{name: "a gzip bomb inside gzip", serve: packed("gzip, gzip", zip(t, bomb)), reason: ReasonTooLarge},
		{name: "a brotli bomb", serve: packed("br", br(t, make([]byte, 1<<20))), reason: ReasonTooLarge},
		{name: "gzip members without an end and without content", serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			endless(w, bytes.Repeat(zip(t, nil), 100))
		}, reason: ReasonTooLarge},
		{name: "gzip members without content, packed again", serve: packed("gzip, gzip", zip(t, bytes.Repeat(zip(t, nil), 40_000))), reason: ReasonTooLarge},
		{name: "a body packed three times", serve: packed("gzip, gzip, gzip", text), reason: ReasonProtocol, words: "again"},
		{name: "brotli inside brotli", serve: packed("br, br", br(t, br(t, text))), reason: ReasonProtocol, words: "again"},
		{name: "very many codings", serve: packed(strings.Repeat("gzip,", 5000), text), reason: ReasonProtocol, words: "again"},
		{name: "an error whose body never ends", serve: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			endless(w, make([]byte, 32<<10))
		}, reason: ReasonStatus, status: 404},
		{name: "an error whose body drips", serve: drips(404), reason: ReasonStatus, status: 404},
		{name: "gzip that is none", serve: packed("gzip", text), reason: ReasonProtocol, words: "decoded"},
		{name: "brotli that is none", serve: packed("br", text), reason: ReasonProtocol},
		{name: "gzip cut off", serve: packed("gzip", zip(t, text)[:60]), reason: ReasonProtocol, words: "too early"},
		{name: "a coding nobody asked for", serve: packed("zstd", text), reason: ReasonProtocol, words: "zstd"},
	}
}

// wires are servers that break HTTP itself, or take their time.
func wires() []behaviour {
	answer := func(s string) func(net.Conn) {
		return func(c net.Conn) { _, _ = io.WriteString(c, s) }
	}
	return []behaviour{
		{
			name: "a Content-Length that promises more", talk: answer("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort"),
			reason: ReasonProtocol, words: "too early",
		},
		{
			name: "two Content-Lengths", talk: answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nshort"),
			reason: ReasonProtocol,
		},
		{name: "a negative Content-Length", talk: answer("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nshort"), reason: ReasonProtocol},
		{name: "a broken chunk", talk: answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n"), reason: ReasonProtocol},
		{
			name: "chunks without an end", talk: answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"),
			reason: ReasonProtocol, words: "too early",
		},
		{name: "garbage on the port", talk: answer("\x00\x01\x02SSH-2.0-OpenSSH_9.9\r\n\r\n"), reason: ReasonProtocol},
		{name: "an endless line of garbage", talk: func(c net.Conn) { endless(c, bytes.Repeat([]byte{0xff}, 4096)) }, reason: ReasonTooLarge},
		{name: "a mail server", talk: answer("220 mail.example ESMTP\r\n"), reason: ReasonProtocol},
		{name: "a status that is no number", talk: answer("HTTP/1.1 OK\r\n\r\n"), reason: ReasonProtocol},
		{name: "a status of 99", talk: answer("HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n"), reason: ReasonStatus, status: 99},
		{name: "a status of 999", talk: answer("HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n"), reason: ReasonStatus, status: 999},
		{name: "a head cut off", talk: answer("HTTP/1.1 200 OK\r\nContent-Ty"), reason: ReasonProtocol},
		{name: "a header without a colon", talk: answer("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), reason: ReasonProtocol},
		{name: "a reset within the head", talk: reset("HTTP/1.1 200 OK\r\nContent-"), reason: ReasonProtocol},
		{name: "a chunk of more than there can be", talk: answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"), reason: ReasonProtocol},
		{name: "a transfer coding of its own", talk: answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), reason: ReasonProtocol},
		{name: "trailers without an end", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\nshort\r\n0\r\n")
			endless(c, bytes.Repeat([]byte("X-T: "+strings.Repeat("a", 90)+"\r\n"), 50))
		}, reason: ReasonProtocol},
		{name: "chunks with endless extensions", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			endless(c, []byte("1;"+strings.Repeat("x", 2000)+"\r\na\r\n"))
		}, reason: ReasonProtocol},
		{name: "an alert of TLS", talk: answer("\x15\x03\x01\x00\x02\x02\x46"), reason: ReasonProtocol},
		{name: "a hundred answers to one question", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, strings.Repeat("HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 100))
		}, reason: ReasonStatus, status: 500},
		{name: "a head that drips", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Slow: ")
			for range 200 {
				if _, err := c.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}, reason: ReasonTimeout},
		{name: "HTTP/0.9", talk: answer("<rss><channel><title>old</title></channel></rss>"), reason: ReasonProtocol},
		{name: "nothing at all", talk: func(net.Conn) {}, reason: ReasonConnect},
		{name: "a reset before the answer", talk: reset(""), reason: ReasonConnect},
		{name: "a reset in the body", talk: reset("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort"), reason: ReasonConnect},
		{name: "a header without an end", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Long: ")
			endless(c, bytes.Repeat([]byte("x"), 4096))
		}, reason: ReasonTooLarge},
		{name: "a flood of cookies", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			endless(c, []byte("Set-Cookie: a="+strings.Repeat("b", 100)+"\r\n"))
		}, reason: ReasonTooLarge},
		{name: "informational answers without an end", talk: func(c net.Conn) {
			endless(c, []byte("HTTP/1.1 103 Early Hints\r\nLink: <a>; rel=preload\r\n\r\n"))
		}, reason: ReasonTooLarge},
		{name: "no answer in time", serve: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, reason: ReasonTimeout},
		{name: "a drip that never ends", serve: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("."))
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		}, reason: ReasonTimeout, words: "not done in"},
		{name: "a head that drips", talk: func(c net.Conn) {
			for range 100 {
				if _, err := io.WriteString(c, "H"); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}, reason: ReasonTimeout},
	}
}

// signposts are servers that lead astray.
func signposts() []behaviour {
	return []behaviour{
		{name: "a redirect to itself", serve: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}, reason: ReasonRedirects, words: "circle"},
		{name: "a redirect in a circle of two", serve: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed" {
				http.Redirect(w, r, "/other", http.StatusMovedPermanently)
				return
			}
			http.Redirect(w, r, "/feed?key=hush", http.StatusMovedPermanently)
		}, reason: ReasonRedirects, words: "circle"},
		{name: "redirects without an end", serve: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}, reason: ReasonRedirects, words: "more than 5"},
		{name: "a redirect to a file", serve: to("file:///etc/passwd"), reason: ReasonRedirects, words: `"file"`},
		{name: "a redirect to a script", serve: to("javascript:alert(1)"), reason: ReasonRedirects},
		{name: "a redirect to gopher", serve: to("gopher://127.0.0.1:70/x"), reason: ReasonRedirects},
		{name: "a redirect to data", serve: to("data:text/html,x"), reason: ReasonRedirects, words: `"data"`},
		{name: "a redirect to ftp", serve: to("ftp://127.0.0.1/x"), reason: ReasonRedirects, words: `"ftp"`},
		{name: "a redirect without a host", serve: to("http:///x"), reason: ReasonRedirects},
		{name: "a redirect to a very long URL", serve: to("/" + strings.Repeat("a", 9<<10)), reason: ReasonRedirects},
		{name: "a redirect with blanks in its host", serve: to("http://a b.example/"), reason: ReasonProtocol},
		{name: "a redirect to pages of garbage", serve: to("http://%" + strings.Repeat("x", 50<<10)), reason: ReasonProtocol},
		{name: "a redirect to an escaped host", serve: to("http://%31%32%37.0.0.1/"), reason: ReasonProtocol},
		{name: "a redirect through a backslash", serve: to(`http://127.0.0.1\@news.example/`), reason: ReasonProtocol},
		{name: "a redirect whose body drips", serve: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/feed?key=hush")
			drips(302)(w, r)
		}, reason: ReasonRedirects, words: "circle"},
		{name: "a redirect to what is no URL", serve: to("http://[::1"), reason: ReasonProtocol},
		{name: "a redirect to the cloud's metadata", serve: to("http://169.254.169.254/latest/"), reason: ReasonRefusedAddress},
		{name: "a redirect to a closed port", serve: to("http://127.0.0.1:1/"), reason: ReasonConnect},
	}
}

// drips answers with a status and then a byte now and then.
func drips(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte("x"))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func to(place string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", place)
		w.WriteHeader(http.StatusFound)
	}
}

func reset(first string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, first)
		time.Sleep(20 * time.Millisecond) // the answer must be read before the reset overtakes it
		_ = c.(*net.TCPConn).SetLinger(0)
	}
}
