// Package ingest is the round: which source is due, ask it, read what it gave, clean it, put it into the store, and when
// to ask again. It also lets embargoed items out when their hour has come, and has the store trimmed.
//
// It never parses a document or makes an item itself (packages source and clean do), never opens a connection (package
// fetch does) and knows nothing of feeds that go out: whoever publishes follows the store's log. A source that fails, is
// slow, or makes a parser panic costs its own turn and nobody else's. Start with run.go, then turn.go.
package ingest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// Store is what the round needs of a hub.Store; the promises stand there.
type Store interface {
	Put(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error)
	Mark(ctx context.Context, at time.Time, order hub.Order) (hub.Outcome, error)
	Release(ctx context.Context, at time.Time, limit int) (released int, next time.Time, err error)
	SourceStates(ctx context.Context, ids []string) ([]hub.SourceState, error)
	SaveSourceState(ctx context.Context, state hub.SourceState) error
	Head(ctx context.Context) (hub.Head, error)
	Lease(ctx context.Context, name, holder string, ttl time.Duration) (token uint64, err error)
	Unlease(ctx context.Context, name, holder string) error
	Trim(ctx context.Context, at time.Time, keep hub.Keep) (hub.Trimmed, error)
}

// Fetcher asks the world for a document; *fetch.Client does. It owes deadlines and limits of its own.
type Fetcher interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Response, error)
}

// Meter counts what the round does.
type Meter interface {
	// Fetched notes the end of a turn: outcome is ok, not-modified, or the reason of the failure.
	Fetched(source, outcome string)
	// Failing notes how many times in a row a source has failed, and by what reason of late; 0 ends it.
	Failing(source, reason string, failures int)
	// Stored notes that n items of a source met this fate.
	Stored(source string, change hub.Change, n int)
}

// Options are what an Ingest works with. Store is owed; Fetch is where a source has a URL.
type Options struct {
	Site     hub.Site
	Sources  []hub.Source
	Store    Store
	Fetch    Fetcher
	Keep     hub.Keep
	Workers  int              // sources worked on at once; 32
	MaxBytes int64            // of one file of a files source; 16 MiB
	Now      func() time.Time // time.Now
	Log      *slog.Logger     // nil for none
	Meter    Meter            // nil for none
	// Subscribers says how many readers what a source brings has, for the User-Agent; nil: nothing is said.
	Subscribers func(hub.Source) int
	// Holder names this process among those that share the store. A name that stays the same over a restart saves the
	// wait for the lease of one that was killed. Where it is empty it is the host's name and the process's id.
	Holder string
}

// Ingest is the round over a set of sources. It is safe for concurrent use.
type Ingest struct {
	o      Options
	order  []*seat // of every polled source, as declared
	seats  map[string]*seat
	pushes map[string]hub.Source
	parses chan struct{} // bounds how many documents are read at once
	wake   chan struct{} // tells the loop to look again
	pace   pace
	read   func(source.Input) (hub.Document, error)
	pushed func(source.Input) (hub.Document, error)
	clean  func(hub.Document, clean.Setting) ([]hub.Incoming, error)

	mu      sync.Mutex // guards what follows, and the seats' plans
	running bool       // the loop runs
	leading bool       // this process holds the lease to poll
}

// seat is a source's place in the round.
type seat struct {
	src    hub.Source
	host   string           // "" for files
	turn   chan struct{}    // holds a token while somebody works on the source
	stamps map[string]stamp // files: what was seen last; like said it belongs to whoever works on the source
	said   string           // the last failure in words

	savedAt time.Time                       // when its state was last saved by this process
	unsaved atomic.Pointer[hub.SourceState] // what was learned since, while that is only that nothing is new

	// The plan, under Ingest.mu.
	next  time.Time // zero for never
	asked bool      // by an operator, since its last turn began
	trust trust     // what its last turn says of the next
}

const (
	defaultWorkers  = 32
	defaultMaxBytes = 16 << 20
	defaultEvery    = 15 * time.Minute
	defaultLook     = 5 * time.Second // every of files
)

// New makes the round; nothing happens before Run, Once or Push.
func New(o Options) *Ingest {
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Meter == nil {
		o.Meter = noMeter{}
	}
	if o.Holder == "" {
		host, _ := os.Hostname() // without it the id has to do
		o.Holder = fmt.Sprintf("%s/%d", host, os.Getpid())
	}
	i := &Ingest{
		o:      o,
		seats:  map[string]*seat{},
		pushes: map[string]hub.Source{},
		parses: make(chan struct{}, runtime.GOMAXPROCS(0)),
		wake:   make(chan struct{}, 1),
		pace:   pace{random: rand.Float64},
		read:   source.Read,
		pushed: source.ReadPush,
		clean:  clean.Document,
	}
	for _, src := range o.Sources {
		i.add(src)
	}
	return i
}

func (i *Ingest) add(src hub.Source) {
	if src.Kind == hub.KindPush {
		i.pushes[src.ID] = src
		return
	}
	if src.Every <= 0 {
		src.Every = defaultEvery
		if src.Kind == hub.KindFiles {
			src.Every = defaultLook
		}
	}
	s := &seat{src: src, turn: make(chan struct{}, 1)}
	if src.Kind != hub.KindFiles {
		s.host = fetch.Host(src.URL)
	}
	i.seats[src.ID] = s
	i.order = append(i.order, s)
}

func (i *Ingest) subscribers(src hub.Source) int {
	if i.o.Subscribers == nil {
		return 0
	}
	return max(i.o.Subscribers(src), 0)
}

type noMeter struct{}

func (noMeter) Fetched(string, string)         {}
func (noMeter) Failing(string, string, int)    {}
func (noMeter) Stored(string, hub.Change, int) {}

// The outcomes of a Report.
const (
	OutcomeOK          = "ok"
	OutcomeNotModified = "not-modified"
	OutcomeFailed      = "failed"
	OutcomeHeld        = "held" // not asked: it said not to (Retry-After, 410, robots.txt), or it is not asked by its nature
)

// Report is what one turn of a source came to.
type Report struct {
	Source    string        `json:"source"`
	Kind      string        `json:"kind"`
	Outcome   string        `json:"outcome"`
	Error     string        `json:"error,omitempty"` // why it failed or was held; for files, which ones could not be read
	Items     int           `json:"items"`           // in what was read this time
	Created   int           `json:"created"`
	Updated   int           `json:"updated"`
	Unchanged int           `json:"unchanged"`
	Retracted int           `json:"retracted"`
	Restored  int           `json:"restored"`
	Pages     *Pages        `json:"pages,omitempty"` // of a listing or sitemap whose pages were looked at
	Took      time.Duration `json:"took_ns"`
	Next      time.Time     `json:"next,omitzero"` // when it is asked again; zero for never
}

func (r *Report) count(outcomes []hub.Outcome) {
	for _, o := range outcomes {
		switch o.Change {
		case hub.ChangeCreated:
			r.Created++
		case hub.ChangeUpdated:
			r.Updated++
		case hub.ChangeUnchanged:
			r.Unchanged++
		case hub.ChangeRetracted:
			r.Retracted++
		case hub.ChangeRestored:
			r.Restored++
		}
	}
}

// meter hands the counts on.
func (i *Ingest) meter(r Report) {
	for _, c := range []struct {
		change hub.Change
		n      int
	}{
		{hub.ChangeCreated, r.Created},
		{hub.ChangeUpdated, r.Updated},
		{hub.ChangeUnchanged, r.Unchanged},
		{hub.ChangeRetracted, r.Retracted},
		{hub.ChangeRestored, r.Restored},
	} {
		if c.n > 0 {
			i.o.Meter.Stored(r.Source, c.change, c.n)
		}
	}
}

// quiet says whether a result only repeats what the log already heard: a file that stays unreadable is looked at every few
// seconds.
func (s *seat) quiet(r result) bool {
	before := s.said
	s.said = ""
	if r.err != nil {
		s.said = r.err.Error()
	}
	return s.src.Kind == hub.KindFiles && r.err != nil && s.said == before
}
