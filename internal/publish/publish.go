// Package publish follows the event log, freezes sections into snapshots and keeps them rendered: every format, every
// content coding, with its ETag, ready to be sent. A request finds a finished feed; it never waits, reads the store or
// renders, but for the first one of a most-read feed and of one with another number of items than usual (limited.go).
//
// It never writes items, never calls who pushes or serves, and saves no place in the log: a process begins by reading
// every section, and what it serves depends on the store alone, not on the process or a clock. Start with Run (run.go).
package publish

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tinhub/internal/format"
	"tinhub/internal/hub"
)

// Store is what publishing needs of a hub.Store.
type Store interface {
	hub.Events
	Shelf(ctx context.Context, section string, limit int) (hub.Shelf, error)
	Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error)
	Top(ctx context.Context, at time.Time, section string, window hub.Window, limit int) ([]hub.Ranked, error)
	OpenSections(ctx context.Context, at time.Time, ids []string) error
	Reseed(ctx context.Context, records []hub.Record) (int, error)
}

// Meter is told how long each event took from being logged to being served. The log keeps whole seconds, so the figure is
// up to one second too high, never too low.
type Meter interface {
	Published(lag time.Duration)
}

// Options are a Publisher's parts. Log and Meter may be nil.
type Options struct {
	Site     hub.Site
	Sections []hub.Section // without AllSection, which is always there
	Store    Store
	Now      func() time.Time
	Log      *slog.Logger
	Meter    Meter
}

// Publisher keeps the feeds of one process. Its methods may be called from any goroutine.
type Publisher struct {
	site     hub.Site
	sections []hub.Section // AllSection first
	byID     map[string]hub.Section
	store    Store
	now      func() time.Time
	log      *slog.Logger
	meter    Meter
	formats  []format.Format
	coder    *coder
	opml     *hub.Feed
	limited  *limitedFeeds
	fault    error // what kept New from its work; Run returns it

	state atomic.Pointer[state] // nil until the first is up
	ready chan struct{}         // closed then
	work  chan struct{}         // whoever holds its one place may make the next state
	ranks chan struct{}         // one first ranking at a time: who waits for it finds it made

	mu     sync.Mutex
	faults map[string]string // what does not work now, by the activity it keeps from working
}

// New makes a Publisher; it serves nothing before Run.
func New(o Options) *Publisher {
	p := &Publisher{
		site: o.Site, store: o.Store, now: o.Now, log: o.Log, meter: o.Meter, formats: format.Formats(),
		ready: make(chan struct{}), work: make(chan struct{}, 1), ranks: make(chan struct{}, 1), faults: map[string]string{}, limited: newLimitedFeeds(),
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	p.sections = append([]hub.Section{everything(o.Site)}, slices.DeleteFunc(slices.Clone(o.Sections), func(s hub.Section) bool {
		return s.ID == hub.AllSection
	})...)
	p.byID = make(map[string]hub.Section, len(p.sections))
	for _, s := range p.sections {
		p.byID[s.ID] = s
	}
	if p.coder, p.fault = newCoder(); p.fault == nil {
		p.opml, p.fault = p.renderOPML()
	}
	return p
}

// everything is the section of all items; the site speaks for it.
func everything(site hub.Site) hub.Section {
	return hub.Section{ID: hub.AllSection, Title: site.Title, Description: site.Description, Language: site.Language, Image: site.Image}
}

func (p *Publisher) renderOPML() (*hub.Feed, error) {
	body, err := format.OPML(p.site, p.sections)
	if err != nil {
		return nil, err
	}
	codings, err := p.coder.codings(body)
	if err != nil {
		return nil, err
	}
	return &hub.Feed{ContentType: format.OPMLType, Self: p.site.URL + "/feeds.opml", Codings: codings}, nil
}

// Sections lists what is published: the section of everything, then the configured ones in their order.
func (p *Publisher) Sections() []hub.Section { return slices.Clone(p.sections) }

// OPML is the list of the feeds. It depends on the configuration alone: it is there from the start, has no LastModified,
// and is nil only where Run returns an error at once.
func (p *Publisher) OPML() *hub.Feed { return p.opml }

// Ready is closed once every section is served.
func (p *Publisher) Ready() <-chan struct{} { return p.ready }

// Status says whether every section is served, and, while the store cannot be followed, what does not work, in words that
// anybody may read: what is served then is what was known last.
func (p *Publisher) Status() (ready bool, degraded string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, activity := range []string{following, sweeping, ranking} {
		if degraded == "" {
			degraded = p.faults[activity]
		}
	}
	return p.state.Load() != nil, degraded
}

// feedPath is the path of a section's feed without its extension.
func feedPath(section string) string { return "/feeds/" + url.PathEscape(section) }
