package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"tinhub/internal/format"
	"tinhub/internal/hub"
)

// The levels are where the measured curve bends: the next one costs several times the time for a few percent.
const (
	gzipLevel   = 6
	brotliLevel = 5
	zstdWindow  = 8 << 20 // what every HTTP client must be able to decode (RFC 9659 §3)
)

// coder makes the content codings of a body. Its encoders are kept: each is some hundred kilobytes of tables.
type coder struct {
	gzip   sync.Pool // *gzip.Writer
	brotli sync.Pool // *brotli.Writer
	zstd   *zstd.Encoder
}

func newCoder() (*coder, error) {
	if _, err := gzip.NewWriterLevel(nil, gzipLevel); err != nil {
		return nil, fmt.Errorf("prepare gzip: %w", err)
	}
	z, err := zstd.NewWriter(nil, zstd.WithWindowSize(zstdWindow), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("prepare zstd: %w", err)
	}
	c := &coder{zstd: z}
	c.gzip.New = func() any { w, _ := gzip.NewWriterLevel(nil, gzipLevel); return w } // the level was tried above
	c.brotli.New = func() any { return brotli.NewWriterLevel(nil, brotliLevel) }
	return c, nil
}

// codings gives the body as it is, then in every coding that makes it smaller. All tags carry the hash of the body itself,
// so that each of them tells which body it is.
func (c *coder) codings(body []byte) ([]hub.Coding, error) {
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:16])
	out := []hub.Coding{{ETag: `"` + tag + `"`, Body: body}}
	add := func(name string, coded []byte) {
		if len(coded) < len(body) {
			out = append(out, hub.Coding{Name: name, ETag: `"` + tag + "-" + name + `"`, Body: bytes.Clone(coded)})
		}
	}
	var b bytes.Buffer
	g := c.gzip.Get().(*gzip.Writer) //nolint:forcetypeassert // the pool holds nothing else
	defer c.gzip.Put(g)
	g.Reset(&b)
	g.ModTime = time.Unix(0, 0) // "no time" (RFC 1952 §2.3.1); the zero time.Time would be written as some year
	if _, err := g.Write(body); err != nil {
		return nil, fmt.Errorf("gzip a feed: %w", err)
	}
	if err := g.Close(); err != nil {
		return nil, fmt.Errorf("gzip a feed: %w", err)
	}
	add("gzip", b.Bytes())

	b.Reset()
	w := c.brotli.Get().(*brotli.Writer) //nolint:forcetypeassert // as above
	defer c.brotli.Put(w)
	w.Reset(&b)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("brotli a feed: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("brotli a feed: %w", err)
	}
	add("br", b.Bytes())
	add("zstd", c.zstd.EncodeAll(body, nil))
	return out, nil
}

// renderOne makes one feed; where its bytes are those of before, the codings of before are its own.
func (p *Publisher) renderOne(snap *hub.Snapshot, f format.Format, before *hub.Feed) (*hub.Feed, error) {
	body, err := f.Render(*snap)
	if err != nil {
		return nil, fmt.Errorf("render %s as %s: %w", snap.Self, f.Name, err)
	}
	feed := &hub.Feed{ContentType: f.ContentType, Self: format.Self(*snap, f.Ext), Head: snap.Head}
	if before != nil && bytes.Equal(before.Codings[0].Body, body) {
		feed.Codings = before.Codings
		return feed, nil
	}
	if feed.Codings, err = p.coder.codings(body); err != nil {
		return nil, fmt.Errorf("encode %s%s: %w", snap.Self, f.Ext, err)
	}
	return feed, nil
}
