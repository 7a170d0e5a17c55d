package hub

import (
	"context"
	"time"
)

// Store is all that the hub remembers. Every engine owes what stands here; package storetest checks it by promise.
//
//   - Atomic: one call of Put, Mark or Release, and each step of Trim, changes records, identity, shelves, touch times and the
//     log together or not at all, also when its context ends in the middle.
//   - Durable when the call returns nil, as far as the engine's setting promises (SQLite: synchronous FULL; Redis:
//     appendfsync and WAIT).
//   - Visible to every process at that moment.
//   - Nothing returned is shared with the store or with another caller: it may be kept and changed.
//   - Any string is a legal id, key or text, also with NUL, newline, colon or braces in it; bodies of 1 MiB are ordinary.
//   - A caller may repeat any call whose error left it in doubt: Put, Mark, AddViews are idempotent.
//
// An engine that cannot be reached gives an *Error of kind Unavailable; the caller retries, the store does not, beyond
// what one call can do within its context.
type Store interface {
	Items
	Aliases
	Events
	Counters
	Sources
	Cursors
	Housekeeping
}

// Items are the records, their identity and the shelves they stand on.
type Items interface {
	// Put stores a document's items, all or none, in the order given, and answers each in the same place. For each it
	// finds the record that the incoming item is (Lookup, Identify), lets Decide say what becomes of it, numbers and
	// appends the event; the decision's aliases and keys lead to it from then on. at is the caller's clock; the store uses the time of its newest event where at is behind it.
	Put(ctx context.Context, at time.Time, items []Incoming) ([]Outcome, error)

	// Mark carries out an order to retract or restore (DecideOrder). Unknown items are an *Error of kind NotFound.
	Mark(ctx context.Context, at time.Time, order Order) (Outcome, error)

	// Release turns every held item whose PublishAt is not after at live, with its created event, at most limit of them
	// in the order they fell due, and says when the next one is due (zero: none).
	Release(ctx context.Context, at time.Time, limit int) (released int, next time.Time, err error)

	// Records gives the records of ids in the same places, aliases followed (the record's own ID tells); a place whose id
	// is unknown holds the zero Record. Trimmed and bodiless records come without content.
	Records(ctx context.Context, ids []ID) ([]Record, error)

	// Shelf reads the newest limit live items of a section, its retractions and touch time at one moment of the log. An
	// unknown section is empty, with the zero time.
	Shelf(ctx context.Context, section string, limit int) (Shelf, error)
}

// Aliases are the other ids of items: those of guids that changed, and of other sources' copies.
type Aliases interface {
	// Aliases lists the aliases of an item, of all items where it is "", the last met first, at most limit; also those
	// set apart. Those of an item are found by any of its ids.
	Aliases(ctx context.Context, item ID, limit int) ([]Alias, error)

	// SetApart takes an alias from its item (DecideApart): from now on it leads nowhere, and an item that brings it is known
	// by that id alone, so that its next coming makes an item of its own. What is not an alias is an *Error of kind
	// NotFound; one that is apart already stays so, and nothing happens.
	SetApart(ctx context.Context, at time.Time, alias ID) (Outcome, error)
}

// Events is the log. Seqs start at 1 and have no gaps within a generation.
type Events interface {
	// Events gives up to limit events with a seq greater than since, oldest first. Where an event after since is no
	// longer there it is a *LogGoneError; since at or above the head gives none.
	Events(ctx context.Context, since Seq, limit int) ([]Event, error)

	// Head is the newest place of the log.
	Head(ctx context.Context) (Head, error)

	// Wait returns nil as soon as the head is above since or the generation is not gen, whoever wrote; or the context's
	// error. It wakes for writers in other processes within a second.
	Wait(ctx context.Context, gen string, since Seq) error
}

// Head is a place of the log. A new Generation means that the engine lost data: what a reader knows may no longer be so,
// and it must rebuild. The seqs of a new generation go on above every seq that any process of the hub has seen.
type Head struct {
	Seq        Seq
	Generation string
}

// Counters are the views. A view falls into the five minutes it was counted in; buckets of five minutes are kept for two
// hours, of hours for eight days, of days as long as Keep.Views says, totals for ever.
type Counters interface {
	// AddViews adds a batch, once: one whose ID was added within the last hour changes nothing. All of it or nothing.
	AddViews(ctx context.Context, batch ViewBatch) error

	// Views gives the counts of ids in the same places, as they stand at the moment at (WindowStart).
	Views(ctx context.Context, at time.Time, ids []ID) ([]ViewCounts, error)

	// Top ranks the live items of a section (AllSection: all) that have a view in the window, at most limit: most views
	// first, then Published newest first, then higher FirstSeq.
	Top(ctx context.Context, at time.Time, section string, window Window, limit int) ([]Ranked, error)
}

// Sources is what was learned of the sources.
type Sources interface {
	// SourceStates gives the states of the sources with these ids, in the same places; one never saved has only its ID.
	SourceStates(ctx context.Context, ids []string) ([]SourceState, error)

	// SaveSourceState replaces the state of one source.
	SaveSourceState(ctx context.Context, state SourceState) error
}

// Cursors are leases on work that one process at a time may do, and the places of followers of the log. Names are the
// caller's.
type Cursors interface {
	// Lease takes the lease name for holder, or prolongs it, until ttl from now. Its token is higher than that of every
	// earlier holder and stays the same while one holder prolongs. A lease another holds is an *Error of kind Conflict.
	Lease(ctx context.Context, name, holder string, ttl time.Duration) (token uint64, err error)

	// Unlease gives a lease back; one that holder does not have is left alone.
	Unlease(ctx context.Context, name, holder string) error

	// Cursor is the place that was saved under name, 0 where none was.
	Cursor(ctx context.Context, name string) (Seq, error)

	// SaveCursor saves a place. It is refused with kind Conflict unless token is the newest token of the lease name, so
	// that a holder that lost its lease without noticing cannot move it.
	SaveCursor(ctx context.Context, name string, token uint64, seq Seq) error
}

// Housekeeping is what keeps a store in order.
type Housekeeping interface {
	// OpenSections notes at as the touch time of those sections that have none yet.
	OpenSections(ctx context.Context, at time.Time, ids []string) error

	// Trim forgets what Keep no longer holds, in steps small enough not to hold up writers: bodies of items whose newest
	// event is older than Keep.Items (they become StateTrimmed, or Bodiless where retracted; shelves are touched), events
	// beyond Keep.Events, view buckets, bodies that nobody names. Identity, retractions and totals stay.
	Trim(ctx context.Context, at time.Time, keep Keep) (Trimmed, error)

	// Reseed writes back records that the engine lost, without events; a record whose identity the store knows is left
	// alone. It says how many it wrote.
	Reseed(ctx context.Context, records []Record) (int, error)

	// Ping says whether the store answers, and with write whether it takes writes.
	Ping(ctx context.Context, write bool) error

	// Close ends it; calls under way finish or fail, later ones fail.
	Close() error
}

// Keep is how long and how much is kept; a zero field keeps all.
type Keep struct {
	Items  time.Duration
	Events uint64
	Views  time.Duration
}

// Trimmed is what a Trim forgot.
type Trimmed struct {
	Items  int
	Events uint64
	Bodies int
}

// Order is a retraction or a restoration.
type Order struct {
	ID      ID
	By      Authority
	Source  string // BySource: the source whose item it must be
	Restore bool
	Reason  string // public
	Note    string
}

// ViewBucket is the start of the five minutes that t falls in, UTC.
func ViewBucket(t time.Time) time.Time { return t.UTC().Truncate(5 * time.Minute) }

// Span is the length of the window and the size of the buckets it is counted in.
func (w Window) Span() (span, bucket time.Duration, ok bool) {
	switch w {
	case WindowHour:
		return time.Hour, 5 * time.Minute, true
	case WindowDay:
		return 24 * time.Hour, time.Hour, true
	case WindowWeek:
		return 7 * 24 * time.Hour, time.Hour, true
	}
	return 0, 0, false
}

// WindowStart is the start of the oldest bucket that counts for the window at the moment at, so that no view counted is
// older than the window says. The zero time for an unknown window.
func WindowStart(w Window, at time.Time) time.Time {
	span, bucket, ok := w.Span()
	if !ok {
		return time.Time{}
	}
	return at.UTC().Truncate(bucket).Add(bucket - span)
}
