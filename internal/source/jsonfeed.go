package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// readJSONFeed reads JSON Feed 1.0 and 1.1. The feed parser is not asked here: one value of a wrong type makes it refuse
// the whole feed, it drops hubs and extensions, and it takes {"error": …} for a feed without items.
func readJSONFeed(in Input, n *notes) (hub.Document, error) {
	body := toUTF8(in.Body, in.ContentType, n)
	if !json.Valid(body) {
		mended, cut := looseJSON(body)
		if !json.Valid(mended) {
			var top json.RawMessage
			return hub.Document{}, jsonError(body, json.Unmarshal(body, &top))
		}
		body = mended
		n.add("broken JSON was mended")
		if cut {
			n.add("JSON ends early; the last item may be missing")
		}
	}
	top := json.RawMessage(body)
	r := &jsonReader{notes: n}
	if jsonType(top) != "an object" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "this is JSON, but %s, not a feed: %s", jsonType(top), wantJSONFeed)
	}
	o, _ := r.object("", top)
	f := jsonFeedReader{r: r, base: in.URL}
	if !isJSONFeed(o) {
		if !in.handed() || !isLoneItem(o) {
			return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not a feed: %s", jsonPhrase(o), jsonAdvice(o))
		}
		return hub.Document{Kind: "feed", Drafts: []hub.Draft{f.item(o)}, Warnings: n.all()}, nil
	}
	doc, err := f.document(o, maxFeedItems)
	settleDeleted(&doc, n)
	doc.Warnings = n.all()
	return doc, err
}

// isJSONFeed: the version names JSON Feed, or there is a list of items.
func isJSONFeed(o jsonObject) bool {
	var version string
	if json.Unmarshal(o.fields["version"], &version) == nil && strings.Contains(version, "jsonfeed.org/version/") {
		return true
	}
	return o.has("items") && jsonType(o.fields["items"]) == "a list"
}

// isLoneItem says whether an object is an item that stands without its feed, as a CMS writes them into a folder: it has a
// text. An address may answer with any object instead of its feed, and is not asked.
func isLoneItem(o jsonObject) bool {
	return isJSONItem(o) && (o.has("content_html") || o.has("content_text"))
}

// jsonPhrase says what an object that is no feed looks like.
func jsonPhrase(o jsonObject) string {
	for _, key := range []string{"error", "errors", "message"} {
		if !o.has(key) {
			continue
		}
		var s string
		if json.Unmarshal(o.fields[key], &s) == nil {
			return fmt.Sprintf("this is JSON that says %s: %q", key, clip(s, 80))
		}
		return "this is JSON with " + key
	}
	if isNinjs(o) {
		return "this is a ninjs item"
	}
	return "this is JSON without items"
}

// wantJSONFeed says what a feed in JSON is, for whoever sent or configured another thing.
const wantJSONFeed = `want a JSON Feed, {"version": "https://jsonfeed.org/version/1.1", "title": …, "items": [{"id": …, "content_html": …}]}`

// jsonAdvice says what to do about an object that is no feed.
func jsonAdvice(o jsonObject) string {
	switch {
	case isNinjs(o):
		return "read it as ninjs (format: ninjs, --kind ninjs)"
	case o.has("error"), o.has("errors"), o.has("message"):
		return "the server answered so; look at the address"
	case isJSONItem(o):
		return "put the item into a list named items"
	}
	return wantJSONFeed
}

// isNinjs tells IPTC's ninjs from JSON Feed.
func isNinjs(o jsonObject) bool { return withKeys(o).isItem() }

// jsonFeedReader makes drafts of JSON Feed items, for fetched feeds and for pushes.
type jsonFeedReader struct {
	r        *jsonReader
	base     string
	language string
	authors  []hub.DraftAuthor
}

func (f *jsonFeedReader) document(o jsonObject, most int) (hub.Document, error) {
	doc := hub.Document{
		Kind: "feed", Title: o.text("title", false), Home: o.text("home_page_url", false), Feed: o.text("feed_url", false),
		Language: o.text("language", false),
	}
	f.language, f.authors = doc.Language, f.people(o)
	if f.base == "" && !f.r.strict {
		f.base = first(doc.Feed, doc.Home)
	}
	for _, h := range o.objects("hubs") {
		if kind := h.text("type", false); strings.EqualFold(kind, "WebSub") || strings.EqualFold(kind, "PubSubHubbub") {
			doc.Hub = first(doc.Hub, h.text("url", false))
		}
	}
	items, more := o.first("items", most)
	if more && f.r.strict {
		return doc, &hub.Error{Kind: hub.TooLarge, Place: "items", Detail: fmt.Sprintf("more than %d items", most)}
	}
	if more {
		f.r.notes.add(fmt.Sprintf("the feed has more than %d items; the rest was left out", most))
	}
	text := 0
	for i, e := range items {
		if !f.r.strict && len(e.raw) > maxItemBytes {
			f.r.notes.add(fmt.Sprintf("an item of %d KiB was left out", len(e.raw)>>10))
			continue
		}
		if text += len(e.raw); !f.r.strict && text > maxFeedText {
			f.r.notes.add(fmt.Sprintf("the texts of the feed have more than %d MiB; what followed item %d was left out", maxFeedText>>20, i))
			break
		}
		if it, ok := f.r.object(e.place, e.raw); ok {
			doc.Drafts = append(doc.Drafts, f.item(it))
		}
		if f.r.err != nil {
			return doc, f.r.err
		}
	}
	if t, ok := o.object("_tinhub"); ok && !f.r.strict {
		for _, gone := range t.objects("retracted") {
			if id := gone.text("id", true); id != "" {
				doc.Drafts = append(doc.Drafts, hub.Draft{OriginalID: id, Deleted: true, Modified: raws(gone.text("when", false))})
			}
		}
	}
	return doc, f.r.err
}

func (f *jsonFeedReader) item(o jsonObject) hub.Draft {
	d := hub.Draft{
		OriginalID: o.text("id", true),
		Base:       f.base,
		Title:      sniffed(o.text("title", false)),
		Summary:    hub.Text{Value: o.text("summary", false)},
		Published:  raws(o.text("date_published", false), o.text("date_modified", false)),
		Modified:   raws(o.text("date_modified", false)),
		Language:   first(o.text("language", false), f.language),
		Tags:       raws(f.tags(o)...),
		Authors:    f.people(o),
	}
	d.URL = f.link(o, "url")
	external := f.link(o, "external_url")
	if d.URL == "" {
		d.URL = external
	}
	if len(d.Authors) == 0 {
		d.Authors = slices.Clone(f.authors)
	}
	html, text := o.text("content_html", false), o.text("content_text", false)
	if html != "" {
		d.Body = hub.Text{Value: html, HTML: true}
	} else {
		d.Body = hub.Text{Value: text}
	}
	d.Steps = cutSteps(o)
	f.media(&d, o)
	f.extension(&d, o)
	if !f.r.strict {
		wholeLinks(&d)
	}
	if f.r.strict && d.Title.Value == "" && d.Body.Value == "" && d.Summary.Value == "" {
		f.r.fail(o.place, "neither title nor content")
	}
	return d
}

// tags are a list of strings; sloppy feeds have one string with commas.
func (f *jsonFeedReader) tags(o jsonObject) []string {
	if !f.r.strict && jsonType(o.fields["tags"]) == "a string" {
		return strings.Split(o.text("tags", false), ",")
	}
	return o.texts("tags")
}

// cutSteps tells which texts of an item are longer than what is read of them.
func cutSteps(o jsonObject) []hub.Step {
	if o.r.strict {
		return nil
	}
	var steps []hub.Step
	for _, key := range []string{"title", "summary", "content_html", "content_text"} {
		if size := len(o.fields[key]); size > maxText {
			steps = append(steps, hub.Step{Step: "cut", Field: key, Before: fmt.Sprintf("%d KiB", size>>10), After: fmt.Sprintf("%d KiB", maxText>>10)})
		}
	}
	return steps
}

// media reads image, banner_image and attachments.
func (f *jsonFeedReader) media(d *hub.Draft, o jsonObject) {
	if link := first(f.link(o, "image"), f.link(o, "banner_image")); link != "" {
		d.Image = hub.DraftPicture{URL: link}
		d.Pictures = []hub.DraftPicture{d.Image}
	}
	for _, a := range o.objects("attachments") {
		link := f.link(a, "url")
		if link == "" {
			f.r.fail(a.at("url"), "an attachment needs a url")
			continue
		}
		kind := a.text("mime_type", false)
		d.Attachments = append(d.Attachments, hub.Attachment{
			URL: link, Type: kind, Title: a.text("title", false), Size: int64(a.number("size_in_bytes")),
			Duration: secondsOf(a.number("duration_in_seconds")),
		})
		if !isImage(kind, "", link) {
			continue
		}
		if d.Image.URL == "" {
			d.Image = hub.DraftPicture{URL: link, Type: kind}
		}
		if d.Image.URL != link || len(d.Pictures) == 0 {
			d.Pictures = append(d.Pictures, hub.DraftPicture{URL: link, Type: kind})
		}
	}
}

// people reads authors (1.1), else author (1.0).
func (f *jsonFeedReader) people(o jsonObject) []hub.DraftAuthor {
	var list []hub.DraftAuthor
	var people []jsonObject
	for _, e := range o.list("authors") {
		if name := ""; !f.r.strict && json.Unmarshal(e.raw, &name) == nil && name != "" {
			list = append(list, hub.DraftAuthor{Name: name})
		} else if p, ok := f.r.object(e.place, e.raw); ok {
			people = append(people, p)
		}
	}
	if len(people)+len(list) == 0 && o.has("author") {
		if jsonType(o.fields["author"]) == "a string" && !f.r.strict {
			return []hub.DraftAuthor{{Name: o.text("author", false)}}
		}
		if p, ok := o.object("author"); ok {
			people = []jsonObject{p}
		}
	}
	for _, p := range people {
		if a := (hub.DraftAuthor{Name: p.text("name", false), URL: f.link(p, "url")}); a != (hub.DraftAuthor{}) {
			list = append(list, a)
		}
	}
	return list
}

// link is a link as written. Strict, it must be http or https, and absolute unless there is a base.
func (f *jsonFeedReader) link(o jsonObject, key string) string {
	if inner, ok := f.linkObject(o, key); ok {
		return f.link(inner, "url")
	}
	s := strings.TrimSpace(o.text(key, false))
	if s == "" || !f.r.strict {
		return s
	}
	if whole := resolve(f.base, s); !isWeb(whole) || strings.ContainsAny(s, " \t\r\n") {
		f.r.fail(o.at(key), "%q is not an http or https link", clip(s, 80))
		return ""
	}
	return s
}

// linkObject is the object that sloppy feeds have in the place of a link.
func (f *jsonFeedReader) linkObject(o jsonObject, key string) (jsonObject, bool) {
	if f.r.strict || !o.has(key) || jsonType(o.fields[key]) != "an object" {
		return o, false
	}
	return o.object(key)
}

// isMoment says whether s names a moment of a day: RFC 3339, or the same without a zone, which is then the source's.
func isMoment(s string) bool {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// trimJSON takes off what people put around JSON: a BOM, HTML comments, CDATA marks.
func trimJSON(b []byte) []byte {
	for {
		before := len(b)
		b = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(b), []byte("\xef\xbb\xbf")))
		for _, mark := range []string{"<!--", "<![CDATA[", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */"} {
			b = bytes.TrimPrefix(b, []byte(mark))
		}
		for _, mark := range []string{"-->", "]]>", "//]]>", "// ]]>", "//-->", "/*]]>*/", "/* ]]> */", ";"} {
			b = bytes.TrimSuffix(b, []byte(mark))
		}
		if len(b) == before {
			return b
		}
	}
}
