// Package fetch is the only door outwards: it asks a URL for its bytes and gives them back decoded, or one error with the
// reason. It keeps the address guard, the limits on time, bytes, memory, redirects and simultaneous requests, conditional
// requests, robots.txt and the pace at which one host is asked.
//
// It never reads what it brings (but for robots.txt), never retries, never keeps a cookie, and remembers nothing of a document
// between two calls: rhythm and back-off are the caller's. No other package builds an HTTP client. Start with Client.Get, then
// trip.go.
package fetch

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Options are the limits of a Client; a zero field takes its default.
type Options struct {
	UserAgent     string        // takes the place of what Product, Contact and the subscribers would make
	Product       string        // name and version, as in Tinhub/1.2; "Tinhub" where nothing is given
	Contact       string        // the URL where a source's keeper finds out who asks; "" leaves it out
	AllowPrivate  bool          // lets addresses on loopback and private ranges through; special ones stay refused
	Timeout       time.Duration // of one Get in all, without its wait for a free slot; 30s
	HeaderTimeout time.Duration // from the request's last byte to the answer's head, at each hop; 15s
	MaxBytes      int64         // of a body, before and after decompression; 16 MiB
	// InFlight bounds the memory, in bytes, of all bodies under way, less the first 1 MiB of each; a body that outgrows
	// it waits for others. 128 MiB, and never less than three times MaxBytes.
	InFlight     int64
	MaxRedirects int          // 5; below 0 none are followed
	PerHost      int          // simultaneous requests to one host (Host); 4
	Total        int          // simultaneous requests in all; 32
	PaceLocal    bool         // paces private addresses and localhost too, which belong to the house itself
	Log          *slog.Logger // gets each hop at level debug; nil for none
}

// The defaults of Options, and what bounds an answer's head.
const (
	defaultTimeout       = 30 * time.Second
	defaultHeaderTimeout = 15 * time.Second
	defaultMaxBytes      = 16 << 20
	defaultInFlight      = 128 << 20
	defaultMaxRedirects  = 5
	defaultPerHost       = 4
	defaultTotal         = 32
	connectTimeout       = 10 * time.Second
	idleTimeout          = 60 * time.Second
	maxHeaderBytes       = 64 << 10
)

// Client asks for documents. It is safe for concurrent use.
type Client struct {
	o         Options
	guard     *guard
	direct    *http.Client // every connection passes the guard
	proxied   *http.Client // connects to declared proxies only, see proxyOf
	slots     *slots
	pacer     *pacer
	robots    *robots
	room      *room
	decoders  chan struct{} // holds one token for each body that is being decoded
	gzips     sync.Pool     // of *gzip.Reader
	slowAfter time.Duration
	closed    context.Context
	close     context.CancelFunc
}

// New makes a Client. Close it when it is done with.
func New(o Options) *Client {
	o = o.withDefaults()
	c := &Client{
		o: o, guard: newGuard(o.AllowPrivate), slots: newSlots(o.PerHost, o.Total), pacer: newPacer(o.PaceLocal),
		room: newRoom(o.InFlight - overRoom*o.MaxBytes), slowAfter: slowAfter,
		decoders: make(chan struct{}, min(runtime.GOMAXPROCS(0), maxDecoders)),
	}
	c.gzips.New = func() any { return new(gzip.Reader) }
	direct, proxied := transport(o), transport(o)
	direct.DialContext = c.guard.dialer().DialContext
	proxied.DialContext = plainDialer().DialContext
	proxied.Proxy = proxyOf
	c.direct, c.proxied = plainClient(direct), plainClient(proxied)
	c.closed, c.close = context.WithCancel(context.Background())
	c.robots = newRobots(c.closed, c)
	return c
}

func (o Options) withDefaults() Options {
	o.Product = orDefault(o.Product, "Tinhub")
	o.Timeout = orDefault(o.Timeout, defaultTimeout)
	o.HeaderTimeout = orDefault(o.HeaderTimeout, defaultHeaderTimeout)
	o.MaxBytes = orDefault(o.MaxBytes, defaultMaxBytes)
	o.InFlight = max(orDefault(o.InFlight, defaultInFlight), overRoom*o.MaxBytes)
	o.MaxRedirects = orDefault(o.MaxRedirects, defaultMaxRedirects)
	o.PerHost = orDefault(o.PerHost, defaultPerHost)
	o.Total = orDefault(o.Total, defaultTotal)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

func transport(o Options) *http.Transport {
	return &http.Transport{
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  o.HeaderTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConns:           4 * o.Total,
		MaxIdleConnsPerHost:    o.PerHost,
		MaxResponseHeaderBytes: maxHeaderBytes,
		// The body is decoded here, so that the limit counts decoded bytes and br is understood too.
		DisableCompression: true,
		ForceAttemptHTTP2:  true,
		// What HTTP/2 takes in ahead of us is memory too; and a connection that died unnoticed must not be asked again and again.
		HTTP2: &http.HTTP2Config{
			MaxReceiveBufferPerStream: 1 << 20, MaxReceiveBufferPerConnection: 4 << 20,
			SendPingTimeout: connectTimeout, PingTimeout: connectTimeout,
		},
	}
}

// plainClient follows no redirect by itself: a trip follows them, and decides what each hop may see.
func plainClient(t *http.Transport) *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Close ends every Get under way with reason cancelled, and lets go of idle connections.
func (c *Client) Close() {
	c.close()
	c.robots.end()
	c.direct.CloseIdleConnections()
	c.proxied.CloseIdleConnections()
}

// Request says what to ask for.
type Request struct {
	URL          string // http or https; user information in it is sent as Basic authentication
	ETag         string // sent back exactly as given (RFC 9110 §13.1.2); "" asks without condition
	LastModified string // likewise (RFC 9110 §13.1.3)
	Accept       string // "*/*" where nothing is given
	Username     string // of Basic authentication
	Password     string
	Headers      map[string]string // beside ours, and before them; Accept-Encoding and Host stay ours
	// Proxy is the URL of an http, https or socks5 proxy. It resolves names itself, so the address guard sees only
	// literal addresses through it: what a name leads to is then the proxy's to refuse.
	Proxy    string
	MaxBytes int64 // of the body after decompression; 0 for the Client's
	Robots   bool  // the origin's robots.txt decides, at each hop, and paces (RFC 9309)
	// Subscribers is how many feeds of ours the source's articles reach, told in the User-Agent; 0 tells nothing.
	Subscribers int
	// Declared is the URL that Username, Password and Headers were meant for, where that is not URL (a feed that
	// moved). They are sent to its host only.
	Declared string
}

// Response is a document, or the word that it is unchanged.
type Response struct {
	Status       int
	URL          string // where the document was found in the end, without user information
	Moved        string // the new permanent URL where every hop was a 301 or 308; else ""
	NotModified  bool   // 304: Body is empty, the validators stand
	ETag         string // exactly as given
	LastModified string // exactly as given
	ContentType  string
	// ContentLanguage is the one language that the answer says its readers have (RFC 9110 §8.5), "" for none or several.
	ContentLanguage string
	Body            []byte        // decoded
	MaxAge          time.Duration // how long the answer says it stays fresh (RFC 9111 §4.2); 0 where it does not
	RetryAfter      time.Time     // when the server wants to be asked again (RFC 9110 §10.2.3); zero where it does not say
}

// Get asks for a document. Every failure is an *Error: also an answer that is neither a document nor a 304.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.closed, cancel)()
	t, err := c.newTrip(r)
	if err != nil {
		return nil, err
	}
	return t.run(ctx)
}
