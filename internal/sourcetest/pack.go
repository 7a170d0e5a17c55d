package sourcetest

import (
	"bytes"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// zipped packs b with gzip.
func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// brotlied packs b with brotli.
func brotlied(b []byte) []byte {
	var out bytes.Buffer
	z := brotli.NewWriterLevel(&out, 1)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// bomb is n zero bytes packed with gzip.
func bomb(n int) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	block := make([]byte, 1<<20)
	for ; n > 0; n -= len(block) {
		_, _ = z.Write(block[:min(n, len(block))])
	}
	_ = z.Close()
	return out.Bytes()
}

// large and sheer are bombs of 200 MB of gzip and 40 MB of brotli; they take a while to make, so they are made once.
var (
	large = sync.OnceValue(func() []byte { return bomb(200 << 20) })
	sheer = sync.OnceValue(func() []byte { return brotlied(make([]byte, 40<<20)) })
)
