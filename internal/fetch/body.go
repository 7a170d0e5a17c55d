package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// maxCodings bounds how often a body may be packed into itself.
const maxCodings = 2

// errBodyLimit is what a limited reader says when there is more.
var errBodyLimit = errors.New("body over the limit")

// readBody reads a body whole and decoded, at most limit bytes of it.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	tooLarge := &Error{Reason: ReasonTooLarge, Err: fmt.Errorf("a body over %d bytes", limit)}
	if resp.ContentLength > limit {
		return nil, tooLarge
	}
	// The packed bytes are bounded too: a stream of empty gzip members is endless and decodes to nothing.
	r, err := decoded(&limited{r: resp.Body, left: limit}, resp.Header.Values("Content-Encoding"))
	if err != nil {
		if errors.Is(err, errBodyLimit) {
			return nil, tooLarge
		}
		return nil, err
	}
	var buf bytes.Buffer
	if resp.ContentLength > 0 {
		buf.Grow(int(min(resp.ContentLength, 1<<20)) + bytes.MinRead)
	}
	_, err = buf.ReadFrom(&limited{r: r, left: limit})
	switch {
	case errors.Is(err, errBodyLimit):
		return nil, tooLarge
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &Error{Reason: ReasonProtocol, Err: fmt.Errorf("the body ends too early, after %d bytes", buf.Len())}
	case err != nil:
		return nil, bodyError(err)
	}
	return buf.Bytes(), nil
}

// bodyError keeps what the network said, and calls everything else what it is: a body that cannot be decoded.
func bodyError(err error) error {
	switch reason := reasonOf(err); reason {
	case ReasonProtocol:
		return &Error{Reason: reason, Err: fmt.Errorf("the body cannot be decoded: %w", err)}
	default:
		return err
	}
}

// decoded undoes the content codings, the last one applied first (RFC 9110 §8.4).
func decoded(r io.Reader, headers []string) (io.Reader, error) {
	var codings []string
	for c := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		if c = strings.ToLower(strings.TrimSpace(c)); c != "" && c != "identity" {
			codings = append(codings, c)
		}
	}
	if len(codings) > maxCodings {
		return nil, &Error{Reason: ReasonProtocol, Err: fmt.Errorf("a body packed %d times", len(codings))}
	}
	for i := len(codings) - 1; i >= 0; i-- {
		switch codings[i] {
		case "gzip", "x-gzip":
			z, err := gzip.NewReader(r)
			if errors.Is(err, io.EOF) {
				return bytes.NewReader(nil), nil // nothing, said to be packed
			}
			if err != nil {
				return nil, bodyError(err)
			}
			r = z
		case "br":
			r = brotli.NewReader(r)
		default:
			return nil, &Error{Reason: ReasonProtocol, Err: fmt.Errorf("content coding %.40q was not asked for", codings[i])}
		}
	}
	return r, nil
}

// limited gives errBodyLimit, not an end, where more than left bytes come.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if int64(n) > l.left {
		return int(l.left), errBodyLimit
	}
	l.left -= int64(n)
	return n, err
}
