package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tinhub/internal/hub"
)

// at is the moment that many minutes into a check; no clock is read, so that every run is the same.
func at(minutes int) time.Time {
	return time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

// hanoi is the zone that the articles of the checks stand in.
func hanoi() *time.Location { return time.FixedZone("ICT", 7*3600) }

// option changes an article before it is sealed.
type option func(*hub.Incoming)

// article is a normalised item as package clean makes them, published at at(0) in the section "news".
func article(source, original string, options ...option) hub.Incoming {
	in := hub.Incoming{
		Item: hub.Item{
			ID: hub.NewID(source, original), Source: source, OriginalID: original,
			URL: "https://example.org/" + source + "/" + original, Title: "Title of " + original,
			ContentHTML: "<p>Body of " + source + " " + original + "</p>", ContentText: "Body of " + source + " " + original,
			Published: at(0).In(hanoi()), Language: "vi",
		},
		URLKey:   "example.org/" + source + "/" + original,
		Sections: []string{"news"},
		Location: hanoi(),
	}
	for _, o := range options {
		o(&in)
	}
	seal(&in)
	return in
}

// seal sets the content hash, which covers what package hub says it covers.
func seal(in *hub.Incoming) {
	it := in.Item
	it.ID, it.Source, it.OriginalID, it.Modified, it.Hash = "", "", "", time.Time{}, ""
	text, err := json.Marshal(it)
	if err != nil {
		panic(fmt.Sprintf("an article of the suite has no JSON: %v", err))
	}
	sum := sha256.Sum256(text)
	in.Item.Hash = hex.EncodeToString(sum[:16])
}

func titled(title string) option { return func(in *hub.Incoming) { in.Item.Title = title } }

func dated(t time.Time) option { return func(in *hub.Incoming) { in.Item.Published = t } }

func keyed(urlKey string) option { return func(in *hub.Incoming) { in.URLKey = urlKey } }

func shelved(sections ...string) option { return func(in *hub.Incoming) { in.Sections = sections } }

func prior(priority int) option { return func(in *hub.Incoming) { in.Priority = priority } }

func embargoed(until time.Time) option { return func(in *hub.Incoming) { in.PublishAt = until } }

func bodied(html string) option {
	return func(in *hub.Incoming) { in.Item.ContentHTML, in.Item.ContentText = html, html }
}

func retract(in hub.Incoming) hub.Order {
	return hub.Order{ID: in.Item.ID, By: hub.ByDesk, Reason: "wrong", Note: "ask the desk"}
}

func restore(in hub.Incoming) hub.Order {
	return hub.Order{ID: in.Item.ID, By: hub.ByDesk, Restore: true}
}

// numbered makes n articles of one source, a minute apart, the last one the newest.
func numbered(source string, n int, options ...option) []hub.Incoming {
	items := make([]hub.Incoming, n)
	for i := range items {
		items[i] = article(source, fmt.Sprintf("n%05d", i), append([]option{dated(at(i).In(hanoi()))}, options...)...)
	}
	return items
}

// asText compares times as a reader sees them: the same moment in another offset is another text.
func asText() cmp.Option {
	return cmp.Comparer(func(a, b time.Time) bool { return a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano) })
}

// same gives up with a diff unless got is want.
func same[T any](k *kit, what string, got, want T) {
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), asText()); diff != "" {
		k.fail("%s (- want, + got):\n%s", what, diff)
	}
}

func idsOf(records []hub.Record) []hub.ID {
	ids := make([]hub.ID, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	return ids
}

func idsIn(items ...hub.Incoming) []hub.ID {
	ids := make([]hub.ID, len(items))
	for i, in := range items {
		ids[i] = in.Item.ID
	}
	return ids
}

// stands gives up unless the section shows exactly these items in this order.
func (k *kit) stands(section string, items ...hub.Incoming) {
	same(k, fmt.Sprintf("the shelf of %q", section), idsOf(k.shelf(section).Items), idsIn(items...))
}

// tombstones gives up unless the section names exactly these items as retracted, in this order.
func (k *kit) tombstones(section string, items ...hub.Incoming) {
	var got []hub.ID
	for _, t := range k.shelf(section).Retracted {
		got = append(got, t.ID)
	}
	same(k, fmt.Sprintf("the tombstones of %q", section), got, idsIn(items...))
}
