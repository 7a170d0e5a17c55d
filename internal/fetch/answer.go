package fetch

import (
	"context"
	"io"
	"net/http"
	"time"
)

// What is read of a body that nobody wants.
const (
	drainBytes = 16 << 10
	drainTime  = time.Second
)

// answer makes a redirect, a response or an error of what a server said; end ends the request.
func (t *trip) answer(ctx context.Context, end context.CancelCauseFunc, resp *http.Response) (*redirect, *Response, error) {
	t.head = resp.Header
	if at := retryAfter(resp.Header, time.Now()); at.After(t.retry) {
		t.retry = at // also a redirect's: it is followed at once, and its wish is kept for the next time
	}
	switch code := resp.StatusCode; {
	case isRedirect(code) && resp.Header.Get("Location") != "":
		drain(resp.Body, end)
		return &redirect{
			location:  resp.Header.Get("Location"),
			permanent: code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect,
		}, nil, nil
	case code == http.StatusNotModified && (t.r.ETag != "" || t.r.LastModified != ""):
		return nil, t.unchanged(resp), nil
	case isDocument(code):
		res, err := t.document(ctx, end, resp)
		return nil, res, err
	default:
		drain(resp.Body, end)
		return nil, nil, &Error{Reason: ReasonStatus, Status: code, RetryAfter: t.retry}
	}
}

func isRedirect(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// isDocument says whether an answer of this status carries the whole document: a 206 was not asked for, a 204 and a 205
// have none.
func isDocument(code int) bool {
	switch code {
	case http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return false
	}
	return code/100 == 2
}

// drain reads a little of a body nobody wants, so that the connection can serve again; what is longer, or does not come at
// once, costs the connection.
func drain(body io.Reader, end context.CancelCauseFunc) {
	defer time.AfterFunc(drainTime, func() { end(nil) }).Stop()
	_, _ = io.CopyN(io.Discard, body, drainBytes)
}

func (t *trip) unchanged(resp *http.Response) *Response {
	res := t.response(resp)
	res.NotModified = true
	res.ETag = orDefault(res.ETag, t.r.ETag)
	res.LastModified = orDefault(res.LastModified, t.r.LastModified)
	return res
}

func (t *trip) document(ctx context.Context, end context.CancelCauseFunc, resp *http.Response) (*Response, error) {
	body, err := t.body(ctx, end, resp)
	if err != nil {
		return nil, err
	}
	res := t.response(resp)
	res.Body = body
	return res, nil
}

func (t *trip) response(resp *http.Response) *Response {
	res := &Response{
		Status:          resp.StatusCode,
		URL:             t.at.String(),
		ETag:            validator(resp.Header, "ETag"),
		LastModified:    validator(resp.Header, "Last-Modified"),
		ContentType:     resp.Header.Get("Content-Type"),
		ContentLanguage: language(resp.Header),
		MaxAge:          maxAge(resp.Header, time.Now()),
		RetryAfter:      t.retry,
	}
	if t.hops > 0 && t.permanent {
		res.Moved = res.URL
	}
	return res
}
