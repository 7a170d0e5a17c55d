package source

import (
	"encoding/json"

	"tinhub/internal/hub"
)

// pushTypes is what a push may be, for the error that says so.
const pushTypes = "application/feed+json, application/json (JSON Feed or ninjs), application/vnd.iptc.g2.newsitem+xml, " +
	"application/xml (NewsML or NITF), text/html or text/plain"

// ReadPush reads what a newsroom system pushes: a JSON Feed document or item, ninjs, NewsML, NITF, an HTML page, plain text, by
// its Content-Type. It is strict where Read is forgiving: a mistake is an *hub.Error of kind Invalid with its place
// (items[3].url), and nothing of the document is taken. More than 1,000 items are TooLarge, other types UnsupportedType.
func ReadPush(in Input) (hub.Document, error) {
	media, _ := mediaType(in.ContentType)
	read := pushReader(media)
	switch {
	case read == nil && media == "":
		return hub.Document{}, hub.Errorf(hub.UnsupportedType, "no Content-Type: want %s", pushTypes)
	case read == nil:
		return hub.Document{}, hub.Errorf(hub.UnsupportedType, "%s is not taken: want %s", clip(media, 80), pushTypes)
	}
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	in.Handed = true
	return read(in)
}

// pushReader is who reads a media type; nil for nobody.
func pushReader(media string) func(Input) (hub.Document, error) {
	switch media {
	case "application/feed+json", "application/json", "application/ninjs+json", "application/vnd.iptc.ninjs+json":
		return pushJSON
	case "text/html", "application/xhtml+xml":
		return readPage
	case "text/plain":
		return readText
	case "application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.newsmessage+xml", "application/vnd.iptc.g2.packageitem+xml":
		return pushNewsML
	case "application/xml", "text/xml", "application/nitf+xml", "application/newsml+xml":
		return pushXML
	}
	return nil
}

func pushNewsML(in Input) (hub.Document, error) { return newsMLDocument(in, true, maxPushItems) }

// pushXML tells by its root what a document in XML is.
func pushXML(in Input) (hub.Document, error) {
	switch a := look(in); {
	case a.shape == "xml" && a.root == "nitf":
		return nitfDocument(in, true, maxPushItems)
	case a.shape == "xml" && isNewsMLRoot(a.root):
		return pushNewsML(in)
	case a.shape == "xml" && a.root != "":
		return hub.Document{}, hub.Errorf(hub.UnsupportedType, "%s, which is not taken here: want %s", a.phrase(), pushTypes)
	default:
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, neither NewsML nor NITF", a.phrase())
	}
}

func pushJSON(in Input) (hub.Document, error) {
	body := toUTF8(in.Body, in.ContentType, nil)
	var top json.RawMessage
	if err := json.Unmarshal(body, &top); err != nil {
		return hub.Document{}, jsonError(body, err)
	}
	if jsonType(top) == "a list" && seemsNinjs(topKeys(body)) {
		var list []json.RawMessage
		if err := json.Unmarshal(top, &list); err != nil {
			return hub.Document{}, jsonError(body, err)
		}
		return pushNinjs(in, list)
	}
	r := &jsonReader{strict: true}
	if jsonType(top) != "an object" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "want a JSON Feed document, an item of one or ninjs, got %s", jsonType(top))
	}
	o, _ := r.object("", top)
	f := jsonFeedReader{r: r, base: in.URL}
	switch n := withKeys(o); {
	case n.answered() != nil:
		return pushNinjs(in, n.answered())
	case o.has("items"), isJSONFeed(o):
		if !o.has("items") {
			return hub.Document{}, &hub.Error{Kind: hub.Invalid, Place: "items", Detail: "a JSON Feed document needs a list of items"}
		}
		return f.document(o, maxPushItems)
	case n.isItem():
		return pushNinjs(in, []json.RawMessage{top})
	case isJSONItem(o):
		d := f.item(o)
		return hub.Document{Kind: "feed", Drafts: []hub.Draft{d}}, r.err
	}
	return hub.Document{}, hub.Errorf(hub.Invalid, "this is JSON, but neither a JSON Feed document or item nor ninjs: no items, no title, no content_html, no content_text and no uri")
}

// pushNinjs reads ninjs objects.
func pushNinjs(in Input, list []json.RawMessage) (hub.Document, error) {
	f := ninjsReader{r: &jsonReader{strict: true}, base: in.URL, most: maxPushItems}
	return f.document(list)
}

// isJSONItem says whether an object is a JSON Feed item: fields that ninjs has not.
func isJSONItem(o jsonObject) bool {
	for _, key := range []string{"content_html", "content_text", "id", "title", "url", "date_published", "_tinhub"} {
		if o.has(key) {
			return true
		}
	}
	return false
}
