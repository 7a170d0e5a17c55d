package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// take makes an item of a page and stores it. An error that is none of the store's says why the page is no article.
func (f *following) take(ctx context.Context, key string, resp *fetch.Response, link *hub.Link, v *visits) error {
	at := resp.URL
	if sameAddress(at, link.URL) {
		at = link.URL // a site that turns to https changes no article
	}
	if !f.mayFollow(at, f.src.URL) {
		return errors.New("it leads to another site: " + at)
	}
	if withoutScheme(at) == withoutScheme(f.src.URL) || isFront(at) && !isFront(link.URL) {
		return errors.New("it leads back to the list or the front page")
	}
	in := source.Input{Body: resp.Body, ContentType: resp.ContentType, URL: at, Select: f.pageSelectors()}
	if f.src.Select.Body != "" {
		in.Kind = string(hub.KindPage)
	}
	var setting clean.Setting
	doc, items, err := f.i.understand(ctx, f.src, in, f.i.read, func(doc *hub.Document, s *clean.Setting) error {
		setting = *s
		return f.help(doc, link)
	})
	if err != nil {
		return err
	}
	decided, other, err := f.settle(key, doc, setting, items, link)
	if other != "" && !f.inside {
		f.inside = true
		f.visit(ctx, other, v)
		f.inside = false
		if v.store != nil || ctx.Err() != nil {
			return storeError{v.store}
		}
		decided, _, err = f.settle(key, doc, setting, items, link)
	}
	if err != nil {
		return err
	}
	items = decided
	it := items[0].Item
	link.Item, link.Title, link.Text, link.At = mark(string(it.ID)), titleMark(it), mark(it.ContentHTML), ""
	if it.URL != link.URL {
		link.At = it.URL
	}
	f.rep.Items++
	if err := f.i.put(ctx, f.patience, items, f.rep); err != nil {
		return storeError{err}
	}
	return nil
}

func titleMark(it hub.Item) string { return mark(it.Title + it.Published.UTC().Format(time.RFC3339)) }

func mark(s string) string { return strconv.FormatUint(hashOf(s), 36) }

// help adds what the list said where the page says nothing, and keeps of it what was needed: the page is read again later,
// and must then give the same.
func (f *following) help(doc *hub.Document, link *hub.Link) error {
	if doc.Kind != string(hub.KindPage) || len(doc.Drafts) != 1 {
		return fmt.Errorf("it is no article's page but was read as %s", doc.Kind)
	}
	if link.Hint == nil {
		return nil
	}
	d, h := &doc.Drafts[0], link.Hint
	var used hub.Hint
	if strings.TrimSpace(d.Title.Value) == "" && h.Title != "" {
		d.Title, used.Title = hub.Text{Value: h.Title}, h.Title
	}
	if h.Date != "" && !slices.Contains(d.Published, h.Date) {
		d.Published, used.Date = append(slices.Clone(d.Published), h.Date), h.Date
	}
	if d.Language == "" && h.Language != "" {
		d.Language, used.Language = h.Language, h.Language
	}
	if len(d.Tags) == 0 && len(h.Tags) > 0 {
		d.Tags, used.Tags = h.Tags, h.Tags
	}
	if h.Paywalled && !d.Paywalled {
		d.Paywalled, used.Paywalled = true, true
	}
	if link.Hint = &used; used.Title+used.Date+used.Language == "" && len(used.Tags) == 0 && !used.Paywalled {
		link.Hint = nil
	}
	return nil
}

var (
	errSame      = errors.New("it is the same article")
	errNoArticle = errors.New("no article found in this page")
)

// settle decides what address the page's item has: one that changed in its scheme alone stays what it was, and one that other
// pages of the list have as well, with other titles, is none of its own. A page that has what another has is the same
// article under another link. other is a page that must be looked at anew before that can be told: it may have changed
// meanwhile; what stands beside it is the decision should it not have.
func (f *following) settle(
	key string, doc hub.Document, setting clean.Setting, items []hub.Incoming, link *hub.Link,
) (decided []hub.Incoming, other string, err error) {
	if len(items) != 1 || items[0].Item.ContentHTML == "" && items[0].Item.ContentText == "" {
		return nil, "", errNoArticle
	}
	it := items[0].Item
	before := cmp.Or(link.At, link.URL)
	switch {
	case link.Item != "" && it.URL != before && sameAddress(it.URL, before):
		decided, err = f.under(doc, setting, before)
		return decided, "", err
	case link.Item == mark(string(it.ID)):
		return items, "", nil
	}
	id, title, text := mark(string(it.ID)), titleMark(it), mark(it.ContentHTML)
	shared := false
	for k, l := range f.st.Links {
		switch {
		case k == key || l.Item == "":
		case l.Title == title && l.Text == text:
			return nil, "", fmt.Errorf("%w as %s", errSame, l.URL)
		case l.Title == title:
			other = k
		case l.Item == id:
			other, shared = k, true
		}
	}
	if shared {
		decided, err = f.under(doc, setting, link.URL)
		return decided, other, err
	}
	return items, other, nil
}

// under cleans a page again as one whose address is known.
func (f *following) under(doc hub.Document, setting clean.Setting, at string) ([]hub.Incoming, error) {
	doc.Drafts = slices.Clone(doc.Drafts)
	d := &doc.Drafts[0]
	d.URL, d.Canonical, d.OriginalID = at, "", ""
	return f.i.clean(doc, setting)
}

// sameAddress says whether two addresses differ in nothing but scheme, www. and last slash.
func sameAddress(a, b string) bool {
	return strings.TrimPrefix(withoutScheme(a), "www.") == strings.TrimPrefix(withoutScheme(b), "www.")
}

// isFront says whether an address is a site's front page.
func isFront(link string) bool {
	_, rest, _ := strings.Cut(link, "://")
	return !strings.Contains(strings.TrimSuffix(rest, "/"), "/") && !strings.Contains(rest, "?")
}
