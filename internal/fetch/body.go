package fetch

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// maxCodings bounds how often a body may be packed into itself.
const maxCodings = 2

// maxDecoders bounds, beside the number of cores, how many bodies are decoded at once: a brotli window takes up to 16 MiB.
const maxDecoders = 4

// errBodyLimit is what a limited reader says when there is more.
var errBodyLimit = errors.New("body over the limit")

// body reads a body whole and decodes it, at most t.limit bytes of it before and after. It comes whole off the network before
// it is decoded, so that no server's pace decides how long a decoder and its window are kept.
func (t *trip) body(ctx context.Context, end context.CancelCauseFunc, resp *http.Response) ([]byte, error) {
	if resp.ContentLength > t.limit && !t.cut {
		return nil, tooLarge(t.limit)
	}
	codings, err := codings(resp.Header.Values("Content-Encoding"))
	if err != nil {
		return nil, err
	}
	s := &share{room: t.c.room}
	defer s.end()
	packed := &buffer{limit: t.limit, share: s, pace: newWatch(t.c.slowAfter, end)}
	err = packed.fill(ctx, resp.Body, resp.ContentLength)
	packed.pace.stop()
	if slow, ok := errors.AsType[*Error](context.Cause(ctx)); ok {
		return nil, slow
	}
	if err = t.bodyError(err, len(packed.b)); err != nil || len(codings) == 0 {
		return packed.b, err
	}
	if !s.over { // the one body that need not wait for room must wait for nobody
		select {
		case t.c.decoders <- struct{}{}:
			defer func() { <-t.c.decoders }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	plain := &buffer{limit: t.limit, share: s}
	err = t.c.decode(ctx, packed.b, codings, plain)
	return plain.b, t.bodyError(err, len(plain.b))
}

func tooLarge(limit int64) error {
	return &Error{Reason: ReasonTooLarge, Err: fmt.Errorf("a body over %d bytes", limit)}
}

// bodyError keeps what the network said, and calls everything else what it is: a body that cannot be decoded.
func (t *trip) bodyError(err error, got int) error {
	switch {
	case err == nil, t.cut && errors.Is(err, errBodyLimit):
		return nil
	case errors.Is(err, errBodyLimit):
		return tooLarge(t.limit)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Reason: ReasonProtocol, Err: fmt.Errorf("the body ends too early, after %d bytes", got)}
	}
	if _, ok := errors.AsType[*Error](err); !ok && reasonOf(err) == ReasonProtocol {
		return &Error{Reason: ReasonProtocol, Err: fmt.Errorf("the body cannot be decoded: %w", err)}
	}
	return err
}

// codings lists how a body was packed, the last coding first (RFC 9110 §8.4).
func codings(headers []string) ([]string, error) {
	var list []string
	for c := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		switch c = strings.ToLower(strings.TrimSpace(c)); c {
		case "", "identity":
		case "x-gzip":
			list = append(list, "gzip")
		case "gzip", "br":
			list = append(list, c)
		default:
			return nil, &Error{Reason: ReasonProtocol, Err: fmt.Errorf("content coding %.40q was not asked for", c)}
		}
		// Two brotli windows in one body would be a waste that nobody honest asks for.
		if len(list) > maxCodings || len(list) == 2 && list[0] == "br" && list[1] == "br" {
			return nil, &Error{Reason: ReasonProtocol, Err: fmt.Errorf("a body packed again and again: %.80q", headers)}
		}
	}
	slices.Reverse(list)
	return list, nil
}

// decode undoes the codings of packed into plain.
func (c *Client) decode(ctx context.Context, packed []byte, codings []string, plain *buffer) error {
	var r io.Reader = bytes.NewReader(packed)
	for _, coding := range codings {
		// What is between two codings is bounded too: an endless row of empty gzip members decodes to nothing.
		r = &limited{ctx: ctx, r: r, left: plain.limit}
		if coding == "br" {
			r = brotli.NewReader(r)
			continue
		}
		z := c.gzips.Get().(*gzip.Reader)
		defer func() {
			_ = z.Reset(bytes.NewReader(nil)) // lets go of the body
			c.gzips.Put(z)
		}()
		switch err := z.Reset(r); {
		case errors.Is(err, io.EOF):
			return nil // nothing, said to be packed
		case err != nil:
			return err
		}
		r = z
	}
	return plain.fill(ctx, r, sizeHint(packed, codings))
}

// sizeHint is the length that a gzip stream ends with (RFC 1952 §2.3.1). It may be a lie, so nothing but a first guess is made of it.
func sizeHint(packed []byte, codings []string) int64 {
	if len(codings) != 1 || codings[0] != "gzip" || len(packed) < 4 {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(packed[len(packed)-4:]))
}

// buffer is a body that grows, within its limit and the room that there is.
type buffer struct {
	b     []byte
	limit int64
	share *share
	pace  *watch // of who delivers; nil where nobody has to
}

// fill reads r to its end; size is how much there may be, 0 or less where nobody knows. Of a longer one it keeps what is
// within the limit, and says errBodyLimit.
func (b *buffer) fill(ctx context.Context, r io.Reader, size int64) error {
	first := int64(32 << 10)
	if size > 0 {
		first = min(size, freeRoom-bytes.MinRead) + bytes.MinRead // and a little more, to see the end
	}
	b.b = make([]byte, 0, min(first, b.limit+1))
	for {
		if len(b.b) == cap(b.b) {
			if err := b.grow(ctx); err != nil {
				return err
			}
		}
		n, err := r.Read(b.b[len(b.b):cap(b.b)])
		b.b = b.b[:len(b.b)+n]
		b.pace.got(n)
		switch {
		case int64(len(b.b)) > b.limit:
			b.b = b.b[:b.limit]
			return errBodyLimit
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}

// grow doubles the buffer. What waits for room is no fault of who delivers.
func (b *buffer) grow(ctx context.Context) error {
	old := int64(cap(b.b))
	size := min(2*old, b.limit+1)
	if size > freeRoom {
		b.pace.pause()
		err := b.share.take(ctx, size)
		b.pace.resume()
		if err != nil {
			return err
		}
	}
	b.b = append(make([]byte, 0, size), b.b...)
	if old > freeRoom {
		b.share.give(old)
	}
	return nil
}

// limited gives errBodyLimit, not an end, where more than left bytes come, and ends with ctx.
type limited struct {
	ctx  context.Context
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
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
