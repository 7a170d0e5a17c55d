package source

import (
	"encoding/json"
	"strings"

	"tinhub/internal/hub"
)

// pushTypes is what a push may be, for the error that says so.
const pushTypes = "application/feed+json, application/json, text/html or text/plain"

// ReadPush reads what a newsroom system pushes: a JSON Feed document or item, an HTML page, plain text, by its
// Content-Type. It is strict where Read is forgiving: a mistake is an *hub.Error of kind Invalid with its place
// (items[3].url), and nothing of the document is taken. More than 1,000 items are TooLarge, other types UnsupportedType.
func ReadPush(in Input) (hub.Document, error) {
	media, _ := mediaType(in.ContentType)
	switch media {
	case "application/feed+json", "application/json", "text/html", "application/xhtml+xml", "text/plain":
	case "":
		return hub.Document{}, hub.Errorf(hub.UnsupportedType, "no Content-Type: want %s", pushTypes)
	default:
		return hub.Document{}, hub.Errorf(hub.UnsupportedType, "%s is not taken: want %s", clip(media, 80), pushTypes)
	}
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	in.Handed = true
	switch media {
	case "text/html", "application/xhtml+xml":
		return readPage(in)
	case "text/plain":
		return readText(in)
	}
	return pushJSON(in)
}

func pushJSON(in Input) (hub.Document, error) {
	body := toUTF8(in.Body, in.ContentType, nil)
	var top json.RawMessage
	if err := json.Unmarshal(body, &top); err != nil {
		return hub.Document{}, jsonError(body, err)
	}
	r := &jsonReader{strict: true}
	if jsonType(top) != "an object" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "want a JSON Feed document or item, got %s", jsonType(top))
	}
	o, _ := r.object("", top)
	f := jsonFeedReader{r: r, base: in.URL}
	switch {
	case o.has("items"), isJSONFeed(o):
		if !o.has("items") {
			return hub.Document{}, &hub.Error{Kind: hub.Invalid, Place: "items", Detail: "a JSON Feed document needs a list of items"}
		}
		return f.document(o, maxPushItems)
	case isJSONItem(o):
		d := f.item(o)
		return hub.Document{Kind: "feed", Drafts: []hub.Draft{d}}, r.err
	case isNinjs(o):
		return hub.Document{}, hub.Errorf(hub.UnsupportedType, "this is a ninjs item, which is not taken here: want %s", pushTypes)
	}
	return hub.Document{}, hub.Errorf(hub.Invalid, "this is JSON, but neither a JSON Feed document nor an item: no items, no title, no content_html and no content_text")
}

// isJSONItem says whether an object is a JSON Feed item: fields that ninjs has not.
func isJSONItem(o jsonObject) bool {
	for _, key := range []string{"content_html", "content_text", "id", "title", "url", "date_published", "_tinhub"} {
		if o.has(key) {
			return !isNinjs(o) || strings.HasPrefix(key, "content_")
		}
	}
	return false
}
