package clean

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
)

// draftOf feeds an item back as a document would.
func draftOf(it hub.Item) hub.Draft {
	d := hub.Draft{
		OriginalID: it.OriginalID, URL: it.URL, Title: hub.Text{Value: it.Title}, Summary: hub.Text{Value: it.Summary},
		Body: hub.Text{Value: it.ContentHTML, HTML: true}, Image: hub.DraftPicture{URL: it.Image}, Tags: it.Tags, Language: it.Language,
		Attachments: it.Attachments, Alternates: it.Alternates, Paywalled: it.Paywalled, Via: it.Via,
	}
	for _, p := range it.Pictures {
		d.Pictures = append(d.Pictures, hub.DraftPicture{
			URL: p.URL, Type: p.Type, Width: p.Width, Height: p.Height, Alt: p.Alt, Caption: hub.Text{Value: p.Caption}, Credit: p.Credit,
		})
	}
	for _, a := range it.Authors {
		d.Authors = append(d.Authors, hub.DraftAuthor(a))
	}
	if !it.Published.IsZero() {
		d.Published = []string{it.Published.Format(time.RFC3339)}
	}
	if !it.Modified.IsZero() {
		d.Modified = []string{it.Modified.Format(time.RFC3339)}
	}
	return d
}

func checkIdempotent(t interface {
	Helper()
	Fatalf(string, ...any)
}, name string, first hub.Incoming, s Setting,
) {
	t.Helper()
	again, err := cleanDraft(draftOf(first.Item), hub.Document{}, s)
	if err != nil {
		t.Fatalf("%s: cleaning the item again: %v", name, err)
	}
	want := first.Item
	want.OriginalDate = again.Item.OriginalDate
	if diff := cmp.Diff(want, again.Item); diff != "" {
		t.Fatalf("%s: cleaning twice is not cleaning once (-once +twice):\n%s", name, diff)
	}
}

// cleanDraft cleans one draft, as Document does with each.
func cleanDraft(d hub.Draft, doc hub.Document, s Setting) (hub.Incoming, error) {
	return new(arena).draft(d, doc, s)
}
