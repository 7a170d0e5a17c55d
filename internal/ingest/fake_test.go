package ingest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a Store of the plainest kind, which a test can take away and look into.
type memory struct {
	mu         sync.Mutex
	away       bool
	broken     error
	records    map[hub.ID]hub.Record
	seq        hub.Seq
	states     map[string]hub.SourceState
	leases     map[string]memoryLease
	puts       []int    // sizes
	stored     []string // titles, in the order they were put
	generation string
	calls      int
	trims      []time.Time
	saved      int
}

type memoryLease struct {
	holder string
	until  time.Time
}

func newMemory() *memory {
	return &memory{records: map[hub.ID]hub.Record{}, states: map[string]hub.SourceState{}, leases: map[string]memoryLease{}, generation: "one"}
}

func (m *memory) enter(ctx context.Context) (func(), error) {
	m.mu.Lock()
	m.calls++
	err := ctx.Err()
	if m.away {
		err = hub.Errorf(hub.Unavailable, "the store is away")
	}
	if m.broken != nil {
		err = m.broken
	}
	if err != nil {
		m.mu.Unlock()
		return nil, err
	}
	return m.mu.Unlock, nil
}

func (m *memory) set(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

func (m *memory) Put(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	m.puts = append(m.puts, len(items))
	for _, in := range items {
		m.stored = append(m.stored, in.Item.Title)
	}
	var out []hub.Outcome
	for _, in := range items {
		var cur *hub.Record
		if r, ok := m.records[in.Item.ID]; ok {
			cur = &r
		}
		out = append(out, m.apply(hub.Decide(cur, hub.WhyID, in, at)))
	}
	return out, nil
}

func (m *memory) apply(d hub.Decision) hub.Outcome {
	if d.Event != "" {
		m.seq++
		d.Record.Seq = m.seq
		if d.Record.FirstSeq == 0 {
			d.Record.FirstSeq = m.seq
		}
	}
	if d.Write {
		m.records[d.Record.ID] = d.Record
	}
	return hub.Outcome{ID: d.Record.ID, Seq: d.Record.Seq, Change: d.Change, State: d.Record.State}
}

func (m *memory) Mark(ctx context.Context, at time.Time, o hub.Order) (hub.Outcome, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return hub.Outcome{}, err
	}
	defer leave()
	var cur *hub.Record
	if r, ok := m.records[o.ID]; ok {
		cur = &r
	}
	d, err := hub.DecideOrder(cur, o, at)
	if err != nil {
		return hub.Outcome{}, err
	}
	return m.apply(d), nil
}

func (m *memory) Release(ctx context.Context, at time.Time, limit int) (n int, next time.Time, err error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return 0, next, err
	}
	defer leave()
	for _, id := range slices.Sorted(maps.Keys(m.records)) {
		r := m.records[id]
		switch {
		case r.State != hub.StateHeld:
		case !r.PublishAt.After(at) && n < limit:
			m.apply(hub.DecideRelease(r))
			n++
		case next.IsZero() || r.PublishAt.Before(next):
			next = r.PublishAt
		}
	}
	return n, next, nil
}

func (m *memory) SourceStates(ctx context.Context, ids []string) ([]hub.SourceState, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var out []hub.SourceState
	for _, id := range ids {
		st := m.states[id]
		st.ID, st.Files = id, maps.Clone(st.Files)
		out = append(out, st)
	}
	return out, nil
}

func (m *memory) SaveSourceState(ctx context.Context, st hub.SourceState) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	st.Files = maps.Clone(st.Files)
	m.states[st.ID] = st
	m.saved++
	return nil
}

func (m *memory) Head(ctx context.Context) (hub.Head, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return hub.Head{}, err
	}
	defer leave()
	return hub.Head{Seq: m.seq, Generation: m.generation}, nil
}

func (m *memory) Lease(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	if l, ok := m.leases[name]; ok && l.holder != holder && l.until.After(time.Now()) {
		return 0, hub.Errorf(hub.Conflict, "lease %s is held", name)
	}
	m.leases[name] = memoryLease{holder, time.Now().Add(ttl)}
	return 1, nil
}

func (m *memory) Unlease(ctx context.Context, name, holder string) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if m.leases[name].holder == holder {
		delete(m.leases, name)
	}
	return nil
}

func (m *memory) Trim(ctx context.Context, at time.Time, _ hub.Keep) (hub.Trimmed, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return hub.Trimmed{}, err
	}
	defer leave()
	m.trims = append(m.trims, at)
	return hub.Trimmed{}, nil
}

func (m *memory) state(id string) hub.SourceState {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states[id]
}

// called, saves and trimmed say what was asked of the store so far.
func (m *memory) called() (n int) {
	m.set(func() { n = m.calls })
	return n
}

func (m *memory) saves() (n int) {
	m.set(func() { n = m.saved })
	return n
}

func (m *memory) trimmed() (at []time.Time) {
	m.set(func() { at = slices.Clone(m.trims) })
	return at
}

func (m *memory) put() (titles []string) {
	m.set(func() { titles = slices.Clone(m.stored) })
	return titles
}

func (m *memory) sizes() (n []int) {
	m.set(func() { n = slices.Clone(m.puts) })
	return n
}

func (m *memory) titles() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var titles []string
	for _, r := range m.records {
		titles = append(titles, r.Title)
	}
	slices.Sort(titles)
	return titles
}

// world is a Fetcher that plays what a test tells it, and remembers what it was asked and when.
type world struct {
	mu    sync.Mutex
	play  map[string]func(fetch.Request) (*fetch.Response, error)
	asked map[string][]asking
}

type asking struct {
	at time.Time
	r  fetch.Request
}

func newWorld() *world {
	return &world{play: map[string]func(fetch.Request) (*fetch.Response, error){}, asked: map[string][]asking{}}
}

func (w *world) on(url string, f func(fetch.Request) (*fetch.Response, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.play[url] = f
}

func (w *world) Get(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	w.mu.Lock()
	w.asked[r.URL] = append(w.asked[r.URL], asking{time.Now(), r})
	f := w.play[r.URL]
	w.mu.Unlock()
	if f == nil {
		<-ctx.Done() // a source that never answers
		return nil, &fetch.Error{Reason: fetch.ReasonCancelled, Err: ctx.Err()}
	}
	return f(r)
}

func (w *world) times(url string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	var at []time.Time
	for _, a := range w.asked[url] {
		at = append(at, a.at)
	}
	return at
}

func (w *world) last(t *testing.T, url string) fetch.Request {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.asked[url]) == 0 {
		t.Fatalf("%s was never asked", url)
	}
	return w.asked[url][len(w.asked[url])-1].r
}

func gives(url, body string) func(fetch.Request) (*fetch.Response, error) {
	return func(fetch.Request) (*fetch.Response, error) {
		return &fetch.Response{Status: 200, URL: url, ContentType: "application/rss+xml", Body: []byte(body)}, nil
	}
}

func refuses(status int, retry time.Duration) func(fetch.Request) (*fetch.Response, error) {
	return func(fetch.Request) (*fetch.Response, error) {
		e := &fetch.Error{Reason: fetch.ReasonStatus, Status: status}
		if retry > 0 {
			e.RetryAfter = time.Now().Add(retry)
		}
		return nil, e
	}
}

func breaks(reason string) func(fetch.Request) (*fetch.Response, error) {
	return func(fetch.Request) (*fetch.Response, error) {
		return nil, &fetch.Error{Reason: reason, Err: errors.New("as the test wants it")}
	}
}

// rss is a feed with these titles.
func rss(titles ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>`)
	for _, t := range titles {
		b.WriteString("<item><title>" + t + "</title><link>https://news.example/" + t + "</link><guid>" + t + "</guid>" +
			"<description>What there is to say about it, at some length.</description></item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func feedSource(id, url string, every time.Duration) hub.Source {
	return hub.Source{ID: id, Kind: hub.KindFeed, URL: url, Every: every, Sections: []string{"news"}, Location: time.UTC}
}

// start runs the round until the test stops it; stop gives how long the end took.
func start(t *testing.T, i *Ingest) (stop func() time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- i.Run(ctx) }()
	var once sync.Once
	stop = func() (took time.Duration) {
		once.Do(func() {
			begin := time.Now()
			cancel()
			if err := <-done; err != nil {
				t.Errorf("Run: %v", err)
			}
			took = time.Since(begin)
		})
		return took
	}
	t.Cleanup(func() { stop() })
	return stop
}

// Failing is told of by the states themselves.
func (c *counts) Failing(string, string, int) {}

// counts is a Meter.
type counts struct {
	mu      sync.Mutex
	fetched map[string]int
	stored  map[string]int
}

func newCounts() *counts { return &counts{fetched: map[string]int{}, stored: map[string]int{}} }

func (c *counts) Fetched(source, outcome string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fetched[source+" "+outcome]++
}

func (c *counts) Stored(source string, change hub.Change, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stored[source+" "+string(change)] += n
}
