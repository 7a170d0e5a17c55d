package clean

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
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
	if c, ok := m.canonical(); ok {
		m.item.URL = c
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
	if id := strings.TrimSpace(strings.ToValidUTF8(m.draft.OriginalID, "\uFFFD")); id != "" {
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

// dropSharedKeys empties the URL keys that drafts with different ids have in common: such a link leads to a page of many.
func dropSharedKeys(items []hub.Incoming) {
	first := map[string]hub.ID{}
	shared := map[string]bool{}
	for _, in := range items {
		if in.URLKey == "" {
			continue
		}
		if id, seen := first[in.URLKey]; seen && id != in.Item.ID {
			shared[in.URLKey] = true
		}
		first[in.URLKey] = in.Item.ID
	}
	for i := range items {
		if shared[items[i].URLKey] {
			items[i].URLKey = ""
		}
	}
}
