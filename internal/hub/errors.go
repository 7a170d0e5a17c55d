package hub

import (
	"errors"
	"fmt"
	"strconv"
)

// ErrorKind says what an error is to whoever caused it. Rooms return an *Error (or wrap one) where a person or a peer can
// do something about it; every other error is Internal.
type ErrorKind string

// The kinds of error.
const (
	Internal        ErrorKind = "internal"
	Invalid         ErrorKind = "invalid"
	Unauthorized    ErrorKind = "unauthorized"
	NotFound        ErrorKind = "not found"
	Conflict        ErrorKind = "conflict"
	Gone            ErrorKind = "gone"
	TooLarge        ErrorKind = "too large"
	UnsupportedType ErrorKind = "unsupported type"
	TooMany         ErrorKind = "too many"
	Unavailable     ErrorKind = "unavailable"
)

// statuses is the one table of which HTTP status (RFC 9110 §15) an error gets.
var statuses = [...]struct {
	kind   ErrorKind
	status int
}{
	{Internal, 500},
	{Invalid, 400},
	{Unauthorized, 401},
	{NotFound, 404},
	{Conflict, 409},
	{Gone, 410},
	{TooLarge, 413},
	{UnsupportedType, 415},
	{TooMany, 429},
	{Unavailable, 503},
}

// Status is the HTTP status of the kind.
func (k ErrorKind) Status() int {
	for _, s := range statuses {
		if s.kind == k {
			return s.status
		}
	}
	return 500
}

// Error is an error that somebody outside can understand.
type Error struct {
	Kind   ErrorKind
	Place  string // where in the input: items[3].url, line 4; "" where it is the whole
	Detail string // what is wrong and what to do, for a person; never a secret
	Err    error  // the cause, for the log; may be nil
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Detail
	if s == "" {
		s = string(e.Kind)
	}
	if e.Place != "" {
		s = e.Place + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an *Error without a cause.
func Errorf(kind ErrorKind, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// KindOf is the kind of err: that of the first *Error or *LogGoneError in its chain, Internal where there is none.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	if _, ok := errors.AsType[*LogGoneError](err); ok {
		return Gone
	}
	return Internal
}

// LogGoneError is the answer to a reader of the log whose place was trimmed away: it has missed events and must rebuild.
type LogGoneError struct {
	Oldest Seq // of the oldest event the log still has
}

// Error implements error.
func (e *LogGoneError) Error() string {
	return "the log begins at seq " + strconv.FormatUint(uint64(e.Oldest), 10) + "; what came before is trimmed"
}
