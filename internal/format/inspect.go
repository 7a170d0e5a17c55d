package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gorilla/feeds"

	"tinhub/internal/hub"
)

// Inspect writes what was made of a document as a JSON Feed, one item after another, for a document may hold as many as
// memory would not hold twice: nothing is filled in that the document did not give, an item without title or link stands
// there as it was read, one of ours that comes back has the id it carries, and what is gone stands in _tinhub.retracted. With explain there are the kind of document it
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
			f.Ext.Retracted = append(f.Ext.Retracted, jsonTombstone{ID: ownID(items[i].Item), When: rfc3339(dated(items[i].Item.Modified))})
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
	if err := inspectItems(w, doc.Drafts, items, explain); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "]%s", tail)
	return err
}

// inspectItems writes the list's inside as the encoder would have, two levels deep.
func inspectItems(w io.Writer, drafts []hub.Draft, items []hub.Incoming, explain bool) error {
	const indent = "    "
	var b bytes.Buffer
	enc := newEncoder(&b, indent)
	before := "\n" + indent
	for i := range items {
		in := &items[i]
		if in.Retract {
			continue
		}
		item := in.Item
		if id := ownID(item); id != item.ID {
			item.ID = id
			if len(drafts) == len(items) {
				comeBack(&item, drafts[i].Origin)
			}
		}
		it := newJSONItem(hub.Site{}, &hub.Record{Item: item, Sections: in.Sections, PublishAt: in.PublishAt})
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

// ownID is the id of ours that an item carries from where it came: then it is our own coming back, and the store knows it by
// that id. Else it is the item's id here. Ours are UUIDs of version 5; other feeds have urn:uuid: of other versions.
func ownID(it hub.Item) hub.ID {
	const versionAt = len("urn:uuid:00000000-0000-")
	if id, err := hub.ParseID(it.OriginalID); err == nil && strings.HasPrefix(strings.ToLower(it.OriginalID), "urn:uuid:") && id[versionAt] == '5' {
		return id
	}
	return it.ID
}

// comeBack gives an item of ours what was written where it first came from.
func comeBack(it *hub.Item, from hub.Origin) {
	if from.ID != "" {
		it.OriginalID = from.ID
	}
	if from.Date != "" {
		it.OriginalDate = from.Date
	}
}
