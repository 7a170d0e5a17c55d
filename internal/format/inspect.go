package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/gorilla/feeds"

	"tinhub/internal/hub"
)

// Inspect writes what was made of a document as a JSON Feed, one item after another, for a document may hold as many as
// memory would not hold twice: nothing is filled in that the document did not give, an item without title or link stands
// there as it was read, and what it says is gone stands in _tinhub.retracted. With explain there are the kind of document it
// was read as, its warnings, and each item's steps.
func Inspect(w io.Writer, doc hub.Document, items []hub.Incoming, explain bool) error {
	f := jsonFeed{
		JSONFeed: feeds.JSONFeed{
			Version: jsonFeedVersion, Title: line(doc.Title), Language: line(doc.Language),
			HomePageUrl: address(doc.Home), FeedUrl: address(doc.Feed),
		},
		Ext:   &jsonFeedExt{Feeds: doc.Feeds, Sitemaps: doc.Sitemaps, Retracted: []jsonTombstone{}},
		Items: []jsonItem{},
	}
	if explain {
		f.Ext.Kind, f.Ext.Warnings = doc.Kind, doc.Warnings
	}
	for i := range items {
		if items[i].Retract {
			f.Ext.Retracted = append(f.Ext.Retracted, jsonTombstone{ID: items[i].Item.ID, When: rfc3339(dated(items[i].Item.Modified))})
		}
	}
	frame, err := encodeJSON(f)
	if err != nil {
		return err
	}
	head, tail, ok := bytes.Cut(frame, []byte(`"items": []`)) // in a text its quotes would be escaped
	if !ok {
		return errors.New("a feed without a list of items")
	}
	if _, err := fmt.Fprintf(w, `%s"items": [`, head); err != nil {
		return err
	}
	if err := inspectItems(w, items, explain); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "]%s", tail)
	return err
}

// inspectItems writes the list's inside as the encoder would have, two levels deep.
func inspectItems(w io.Writer, items []hub.Incoming, explain bool) error {
	const indent = "    "
	var b bytes.Buffer
	enc := newEncoder(&b, indent)
	before := "\n" + indent
	for i := range items {
		in := &items[i]
		if in.Retract {
			continue
		}
		it := newJSONItem(hub.Site{}, &hub.Record{Item: in.Item, Sections: in.Sections, PublishAt: in.PublishAt})
		it.Ext.Restore = in.Restore
		if explain {
			it.Ext.Steps = append([]hub.Step{}, in.Steps...)
		}
		b.Reset()
		b.WriteString(before)
		if err := enc.Encode(it); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
		if _, err := w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n"))); err != nil {
			return err
		}
		before = ",\n" + indent
	}
	if before[0] == ',' {
		_, err := io.WriteString(w, "\n  ")
		return err
	}
	return nil
}
