package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

func sniffNinjs(in Input) int {
	a := look(in)
	if a.shape != "json" {
		return 0
	}
	keys := topKeys([]byte(a.head))
	if len(a.head) >= sniffBytes/2 && !seemsNinjs(keys) && !slices.ContainsFunc(keys, isJSONFeedKey) {
		keys = topKeys(in.Body) // a long text may stand before what tells
	}
	if seemsNinjs(keys) || answersWithNinjs(a.head, keys) {
		return certain
	}
	return 0
}

// answerKeys are where the answer of an agency's interface has its items: TT's search, Superdesk's content API, others.
func answerKeys() []string { return []string{"hits", "_items", "items"} }

// answersWithNinjs says whether a document with these keys is such an answer.
func answersWithNinjs(head string, keys []string) bool {
	for _, key := range answerKeys() {
		if !slices.Contains(keys, key) {
			continue
		}
		if _, rest, found := strings.Cut(head, `"`+key+`"`); found {
			return seemsNinjs(topKeys([]byte(strings.TrimLeft(rest, " \t\r\n:"))))
		}
	}
	return false
}

// answered are the items of such an answer; nil where the object is none.
func (o ninjsObject) answered() []json.RawMessage {
	for _, key := range answerKeys() {
		raw := o.fields[o.key(key)]
		if jsonType(raw) != "a list" || !seemsNinjs(topKeys(raw)) {
			continue
		}
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			return list
		}
	}
	return nil
}

// seemsNinjs tells IPTC's ninjs from JSON Feed by the fields of the first object, in lower case.
func seemsNinjs(keys []string) bool {
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(k string) bool { return slices.Contains(keys, k) })
	}
	if slices.ContainsFunc(keys, isJSONFeedKey) || has("@context", "@type") {
		return false
	}
	for _, k := range keys {
		if strings.HasPrefix(k, "body_") || strings.HasPrefix(k, "description_") || strings.HasPrefix(k, "headline_") {
			return true
		}
	}
	if has("versioncreated", "pubstatus", "bodies", "headlines", "headline", "contentcreated", "firstcreated", "embargoed", "embargoeduntil", "descriptions", "representationtype", "renditions", "associations") {
		return true
	}
	return has("uri") // the one field that the standard requires
}

func isJSONFeedKey(k string) bool {
	return slices.Contains([]string{"content_html", "content_text", "home_page_url", "feed_url", "items"}, k)
}

// topKeys are the keys of the object that b begins with, in lower case: of the first one where a list begins it. It needs no
// whole JSON.
func topKeys(b []byte) []string {
	b = trimJSON(b)
	d := json.NewDecoder(bytes.NewReader(b))
	var keys []string
	depth, want := 0, 1
	isKey := false
	for len(keys) < 500 {
		t, err := d.Token()
		if err != nil {
			return keys
		}
		switch v := t.(type) {
		case json.Delim:
			switch v {
			case '[':
				if depth == 0 {
					want = 2
				}
				depth++
			case '{':
				depth++
				isKey = true
				continue
			default:
				if depth--; depth < want {
					return keys
				}
			}
		case string:
			if depth == want && isKey {
				keys = append(keys, strings.ToLower(v))
				isKey = false
				continue
			}
		}
		isKey = depth == want
	}
	return keys
}

// readNinjs reads IPTC's ninjs 1.0 to 3.1 and Superdesk's dialect of it: one object, a list of them, or one on each line.
func readNinjs(in Input) (hub.Document, error) {
	if err := admitWire(in); err != nil {
		return hub.Document{}, err
	}
	if a := look(in); a.shape != "json" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not a ninjs item", a.phrase())
	}
	n := &notes{}
	body := toUTF8(in.Body, in.ContentType, n)
	list, err := jsonValues(body, n)
	if err != nil {
		return hub.Document{}, err
	}
	r := ninjsReader{r: &jsonReader{notes: n}, base: in.URL, most: maxWireItems}
	if len(list) == 1 && jsonType(list[0]) == "an object" {
		if o, ok := r.object("", list[0]); ok && !o.isItem() {
			if items := o.answered(); items != nil {
				list = items
			}
		}
	}
	return r.document(list)
}

// jsonValues are the values of a document: of one list its elements, else one after another.
func jsonValues(body []byte, n *notes) ([]json.RawMessage, error) {
	var list []json.RawMessage
	d := json.NewDecoder(bytes.NewReader(body))
	for {
		var v json.RawMessage
		err := d.Decode(&v)
		switch {
		case err == nil && len(list) < maxWireItems+1:
			list = append(list, v)
			continue
		case err == nil || len(bytes.TrimSpace(body[d.InputOffset():])) == 0 && len(list) > 0:
		case len(list) > 0 && jsonType(list[0]) == "an object":
			n.add(fmt.Sprintf("the document is broken after item %d; what followed was left out", len(list)))
		default:
			mended, cut := looseJSON(body)
			var top json.RawMessage
			if json.Unmarshal(mended, &top) != nil {
				return nil, jsonError(body, err)
			}
			n.add("broken JSON was mended")
			if cut {
				n.add("JSON ends early; the last item may be missing")
			}
			list = []json.RawMessage{top}
		}
		break
	}
	if len(list) == 1 && jsonType(list[0]) == "a list" {
		var elements []json.RawMessage
		if err := json.Unmarshal(list[0], &elements); err != nil {
			return nil, jsonError(body, err)
		}
		return elements, nil
	}
	return list, nil
}

// ninjsReader makes drafts of ninjs objects.
type ninjsReader struct {
	r      *jsonReader
	base   string
	most   int
	drafts []hub.Draft
}

func (f *ninjsReader) document(list []json.RawMessage) (hub.Document, error) {
	doc := hub.Document{Kind: "ninjs"}
	if len(list) > f.most {
		if f.r.strict {
			return doc, hub.Errorf(hub.TooLarge, "%d items, more than %d", len(list), f.most)
		}
		f.r.notes.add(fmt.Sprintf("more than %d items; those that follow were left out", f.most))
		list = list[:f.most]
	}
	for i, raw := range list {
		place := ""
		if len(list) > 1 {
			place = fmt.Sprintf("items[%d]", i)
		}
		if len(raw) > maxWireItem {
			return doc, &hub.Error{Kind: hub.TooLarge, Place: place, Detail: fmt.Sprintf("the item is larger than %d MiB", maxWireItem>>20)}
		}
		o, ok := f.object(place, raw)
		switch {
		case f.r.err != nil:
			return doc, f.r.err
		case !ok:
		case !o.isItem():
			if len(list) == 1 || f.r.strict {
				return doc, &hub.Error{Kind: hub.Invalid, Place: place, Detail: o.phrase() + ", not a ninjs item"}
			}
			f.r.notes.add(place + ": not a ninjs item; left out")
		default:
			f.item(o, nil)
		}
		if f.r.err != nil {
			return doc, f.r.err
		}
		if len(f.drafts) > f.most { // articles of packages
			if f.r.strict {
				return doc, hub.Errorf(hub.TooLarge, "more than %d items", f.most)
			}
			f.r.notes.add(fmt.Sprintf("more than %d items; those that follow were left out", f.most))
			f.drafts = f.drafts[:f.most]
			break
		}
	}
	doc.Drafts = f.drafts
	if f.r.notes != nil {
		doc.Warnings = f.r.notes.all()
	}
	return doc, nil
}

// ninjsObject is an object whose keys are found in any case: ninjs 1 and 2 write versioncreated, ninjs 3 versionCreated.
type ninjsObject struct {
	jsonObject
	keys map[string]string // in lower case → as written
}

func (f *ninjsReader) object(place string, raw json.RawMessage) (ninjsObject, bool) {
	o, ok := f.r.object(place, raw)
	return withKeys(o), ok
}

func withKeys(o jsonObject) ninjsObject {
	n := ninjsObject{jsonObject: o, keys: make(map[string]string, len(o.fields))}
	for k := range o.fields {
		lower := strings.ToLower(k)
		if have, taken := n.keys[lower]; !taken || k < have {
			n.keys[lower] = k
		}
	}
	return n
}

// key is how the object writes a key.
func (o ninjsObject) key(name string) string {
	if k, ok := o.keys[name]; ok {
		return k
	}
	return name
}

func (o ninjsObject) str(name string) string { return o.text(o.key(name), true) }

// one is the first of several fields that is not empty.
func (o ninjsObject) one(names ...string) string {
	for _, name := range names {
		if s := strings.TrimSpace(o.str(name)); s != "" {
			return s
		}
	}
	return ""
}

// parts are the objects of a list. A lone value stands for a list of one where the reader is not strict.
func (o ninjsObject) parts(names ...string) []ninjsObject {
	var list []ninjsObject
	for _, name := range names {
		for _, p := range o.objects(o.key(name)) {
			list = append(list, withKeys(p))
		}
	}
	return list
}

// named are the members of a field that is a list in ninjs 2 and 3 and an object in ninjs 1, in document order; each knows
// its name.
func (o ninjsObject) named(name string) []ninjsObject {
	key := o.key(name)
	if !o.has(key) {
		return nil
	}
	if jsonType(o.fields[key]) != "an object" {
		return o.parts(name)
	}
	m, ok := o.object(key)
	if !ok {
		return nil
	}
	var list []ninjsObject
	for _, k := range orderedKeys(o.fields[key]) {
		if !m.has(k) {
			continue // Superdesk writes null for a slot that is empty
		}
		p, ok := m.object(k)
		if !ok || len(list) >= maxWireMedia {
			continue
		}
		n := withKeys(p)
		if _, has := n.keys["name"]; !has {
			raw, _ := json.Marshal(k) //nolint:errchkjson // a string
			n.fields["name"], n.keys["name"] = raw, "name"
		}
		list = append(list, n)
	}
	return list
}

// orderedKeys are the keys of an object in the order they are written in.
func orderedKeys(raw json.RawMessage) []string {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil
	}
	var keys []string
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return keys
		}
		if k, ok := t.(string); ok && !slices.Contains(keys, k) && len(keys) < maxWireMedia {
			keys = append(keys, k)
		}
		var skip json.RawMessage
		if d.Decode(&skip) != nil {
			return keys
		}
	}
	return keys
}

// phrase says what an object that is no ninjs looks like.
func (o ninjsObject) phrase() string {
	if isJSONFeed(o.jsonObject) {
		return "this is a JSON Feed document"
	}
	return jsonPhrase(o.jsonObject)
}

// isItem says whether an object is a ninjs item.
func (o ninjsObject) isItem() bool {
	keys := make([]string, 0, len(o.keys))
	for k := range o.keys {
		keys = append(keys, k)
	}
	return seemsNinjs(keys)
}
