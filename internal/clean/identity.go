package clean

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhub/internal/hub"
)

// links settles the item's own address and what relative links resolve against. A pushed link that is no link is an error:
// its sender can put it right.
func (m *maker) links() error {
	d, push := m.draft, m.setting.Source.Kind == hub.KindPush
	outer := m.outerBase()
	if strings.TrimSpace(d.URL) != "" {
		u, ok := canonicalURL(outer, d.URL)
		switch {
		case !ok && push:
			return &hub.Error{Kind: hub.Invalid, Place: "url", Detail: badLink(d.URL)}
		case !ok:
			m.trace.add("no usable link", "url", d.URL, "")
		default:
			m.item.URL = u
		}
	}
	if c, ok := m.canonical(); ok && c != m.item.URL {
		m.item.URL, m.replaced = c, m.item.URL
	}
	m.trace.changed("canonical url", "url", strings.TrimSpace(d.URL), m.item.URL)
	m.base = outer
	if d.Base == "" && m.item.URL != "" {
		m.base = m.item.URL
	}
	if !push {
		return nil
	}
	for i, a := range d.Attachments {
		if _, ok := canonicalURL(m.base, a.URL); !ok {
			return &hub.Error{Kind: hub.Invalid, Place: "attachments[" + strconv.Itoa(i) + "].url", Detail: badLink(a.URL)}
		}
	}
	return nil
}

func badLink(raw string) string {
	return "not an absolute http or https link: " + excerpt(raw)
}

// outerBase is the first usable of the draft's base and the document's addresses.
func (m *maker) outerBase() string {
	for _, b := range []string{m.draft.Base, m.draft.URL, m.doc.Home, m.doc.Feed, m.setting.Source.URL} {
		if u, ok := linkURL(m.setting.Source.URL, b); ok && b != "" && (b == m.draft.Base || isAbsolute(b)) {
			return u
		}
	}
	return ""
}

// canonical is the address the document calls the article's own, where it can be believed: sites give every page their
// front page, or the page of another house that they copied from.
func (m *maker) canonical() (string, bool) {
	raw := strings.TrimSpace(m.draft.Canonical)
	if raw == "" || !isAbsolute(raw) {
		return "", false
	}
	c, ok := canonicalURL("", raw)
	if !ok || isRoot(c) {
		return "", false
	}
	if m.item.URL == "" || isRedirector(m.item.URL) || sameSite(c, m.item.URL) {
		return c, true
	}
	m.trace.add("canonical of another site", "url", raw, m.item.URL)
	return "", false
}

// isRedirector knows the services that stand between a feed's links and its site.
func isRedirector(canonical string) bool {
	u, err := url.Parse(canonical)
	if err != nil {
		return false
	}
	switch host := bareHost(u.Host); host {
	case "feedproxy.google.com", "feeds.feedburner.com", "t.co", "bit.ly", "ift.tt", "dlvr.it", "ow.ly", "buff.ly", "lnkd.in":
		return true
	default:
		return strings.HasSuffix(host, ".feedsportal.com")
	}
}

// identify gives the item its permanent id: from the document's own id for it, else its address, else the file's path,
// else a hash of title and date, and of the text where there is neither.
func (m *maker) identify() {
	it := &m.item
	it.Source = m.setting.Source.ID
	it.OriginalID = m.originalID()
	it.ID = hub.NewID(it.Source, it.OriginalID)
}

func (m *maker) originalID() string {
	id := strings.TrimSpace(strings.ToValidUTF8(m.draft.OriginalID, "\uFFFD"))
	if ours := ourItem(m.setting.Site, id, m.item.URL); ours != "" {
		return string(ours)
	}
	if id != "" && !m.setting.Churns {
		return id
	}
	if m.item.URL != "" {
		return m.item.URL
	}
	if m.draft.Path != "" {
		return strings.ToValidUTF8(m.draft.Path, "\uFFFD")
	}
	what := fold(m.item.Title)
	if !m.item.Published.IsZero() {
		what += "\n" + m.item.Published.UTC().Format("2006-01-02T15:04:05Z")
	}
	if strings.TrimSpace(what) == "" {
		what = fold(m.item.Summary + "\n" + m.item.ContentHTML)
	}
	if what == "" { // nothing but files
		for _, a := range m.item.Attachments {
			what += a.URL + "\n"
		}
		what += m.item.Image
	}
	sum := sha256.Sum256([]byte(what))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// ourItem is the item of ours that an id or an address on our own site names: what we published comes back, maybe through
// another's hands. "" where neither does.
func ourItem(site, id, address string) hub.ID {
	if strings.HasPrefix(strings.ToLower(id), "urn:uuid:") {
		return "" // the store knows its own (hub.Lookup); another's stays what it is
	}
	if site == "" || !mayNameItem(address) && !mayNameItem(id) {
		return ""
	}
	own, ok := canonicalURL("", site)
	if !ok {
		return ""
	}
	for _, s := range []string{address, id} {
		u, ok := canonicalURL("", s)
		if !ok {
			continue
		}
		rest, ok := strings.CutPrefix(u, strings.TrimSuffix(own, "/")+"/")
		if !ok {
			continue
		}
		rest, _, _ = strings.Cut(rest, "?")
		kind, bare, _ := strings.Cut(rest, "/")
		if kind != "items" && kind != "go" {
			continue
		}
		if ours, err := hub.ParseID(bare); err == nil {
			return ours
		}
	}
	return ""
}

// mayNameItem says whether an address can have the path of an item page or of a link that counts. Most do not have its first
// word in them, and nothing that might be written for it.
func mayNameItem(s string) bool {
	return strings.Contains(s, "items") || strings.Contains(s, "go") || strings.ContainsAny(s, "%\t\r\n")
}

// otherKeys are the keys of the item's addresses beside its canonical one: the link that it replaced and the AMP page.
func (m *maker) otherKeys() []string {
	var keys []string
	for _, u := range []string{m.replaced, m.item.AMP} {
		if key := urlKey(u); key != "" && u != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// dropSharedKeys empties the URL keys that drafts with different ids have in common: such a link leads to a page of many.
func dropSharedKeys(items []hub.Incoming) {
	first := map[string]hub.ID{}
	shared := map[string]bool{}
	for _, in := range items {
		for _, key := range append([]string{in.URLKey}, in.OtherKeys...) {
			if key == "" {
				continue
			}
			if id, seen := first[key]; seen && id != in.Item.ID {
				shared[key] = true
			}
			first[key] = in.Item.ID
		}
	}
	if len(shared) == 0 {
		return
	}
	for i := range items {
		if shared[items[i].URLKey] {
			items[i].URLKey = ""
		}
		items[i].OtherKeys = slices.DeleteFunc(items[i].OtherKeys, func(key string) bool { return shared[key] })
	}
}
