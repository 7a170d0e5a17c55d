package source

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
	"golang.org/x/net/idna"

	"tinhub/internal/hub"
)

func sniffFeed(in Input) int {
	media, _ := mediaType(in.ContentType)
	a := lookForFeed(in)
	named := strings.HasPrefix(media, "application/rss") || strings.HasPrefix(media, "application/atom") ||
		strings.HasPrefix(media, "application/rdf") || media == "application/feed+json"
	switch a.shape {
	case "xml":
		if isFeedRoot(a.root) {
			return certain
		}
		return 30 // the feed reader says best which XML it is instead
	case "json":
		if named || strings.Contains(a.head, "jsonfeed.org") || strings.Contains(a.head, `"items"`) {
			return 95
		}
		return 30
	case "empty", "binary", "html":
		return 0
	}
	if named {
		return 20
	}
	return 0
}

// readFeed reads RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, and JSON Feed.
func readFeed(in Input) (hub.Document, error) {
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	a := lookForFeed(in)
	n := &notes{}
	switch {
	case a.shape == "json":
		return readJSONFeed(in, n)
	case a.shape != "xml" || !isFeedRoot(a.root):
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not a feed", a.phrase())
	}
	body := toUTF8(in.Body, in.ContentType, n)
	if i := bytes.Index(body, []byte(a.head[:min(len(a.head), 16)])); i > 0 {
		if bytes.ContainsFunc(body[:i], func(r rune) bool { return !unicode.IsSpace(r) && r != '\ufeff' && r != 0 }) {
			n.add("a notice before the feed was left out")
		}
		body = body[i:]
	} else if i := bytes.IndexByte(body, '<'); i > 0 {
		body = body[i:]
	}
	doc, rest, err := readRoot(body, in, n)
	if err != nil {
		return hub.Document{}, err
	}
	readMoreRoots(&doc, rest, in, n)
	doc.Warnings = n.all()
	return doc, nil
}

// readRoot reads the first feed in body, and gives what follows it.
func readRoot(body []byte, in Input, n *notes) (doc hub.Document, rest []byte, err error) {
	parsed, index, err := parseXMLFeed(body, in.URL, n)
	if err != nil {
		return hub.Document{}, nil, err
	}
	doc.Kind = "feed"
	switch f := parsed.(type) {
	case *rss.Feed:
		(&rssReader{feed: f, index: index, doc: &doc, docURL: in.URL}).read()
	case *atom.Feed:
		(&atomReader{feed: f, index: index, doc: &doc, docURL: in.URL}).read()
	}
	addDeleted(&doc, parsed)
	settleDeleted(&doc, n)
	return doc, index.rest, nil
}

// parseXMLFeed has the parser read the document, and where it cannot, once more after a repair. The document is valid UTF-8,
// as toUTF8 gives it.
func parseXMLFeed(body []byte, docURL string, n *notes) (any, feedIndex, error) {
	pass, err := prepareText(body, true, docURL, n)
	if err != nil {
		return nil, feedIndex{}, err
	}
	why := errStray
	if !pass.index.stray {
		var parsed any
		if parsed, why = pass.parse(); why == nil {
			return parsed, pass.index, nil
		}
	}
	repair := xmlRepair{n: n, item: -1}
	mended, cut := repair.run(pass.whole())
	if cut && repair.items == 0 {
		return nil, feedIndex{}, hub.Errorf(hub.Invalid, "XML ends early, before its first item is complete")
	}
	if cut {
		n.add(fmt.Sprintf("XML ends early after item %d; what followed was left out", repair.items))
	}
	// The index is of the document that was read, whose relative links the first pass has settled where they had a base.
	bases := pass.index
	if pass, err = prepareXML(mended, docURL, n); err != nil {
		return nil, feedIndex{}, err
	}
	pass.index.keep(bases, repair)
	parsed, err := pass.parse()
	if err != nil {
		return nil, feedIndex{}, &hub.Error{Kind: hub.Invalid, Detail: "the feed cannot be read", Err: plainError(why)}
	}
	return parsed, pass.index, nil
}

// parse runs the parser over the document, without its long texts where it can do without them.
func (p *xmlPass) parse() (any, error) {
	if marked, ok := p.marked(); ok {
		if parsed, err := parseWhole(marked, p.index); err == nil && putBack(parsed, p.b, p.held.texts) {
			return parsed, nil
		}
	}
	return parseWhole(p.whole(), p.index)
}

var errStray = errors.New("an end tag ends nothing")

// parseWhole runs the parser of the format, without what gofeed does beside: guessing the format, and a translation into a
// common form that loses half. An Atom entry, or an RSS channel or item, that stands alone gets the root it lacks.
func parseWhole(b []byte, index feedIndex) (any, error) {
	switch index.root {
	case "entry":
		return (&atom.Parser{}).Parse(bytes.NewReader(wrap(b, `<feed xmlns="`+atomSpace+`">`, `</feed>`)))
	case "feed":
		return (&atom.Parser{}).Parse(bytes.NewReader(b))
	case "channel":
		b = wrap(b, `<rss version="2.0">`, `</rss>`)
	case "item":
		b = wrap(b, `<rss version="2.0"><channel>`, `</channel></rss>`)
	}
	return (&rss.Parser{}).Parse(bytes.NewReader(b))
}

func wrap(b []byte, before, after string) []byte {
	return bytes.Join([][]byte{[]byte(before), b, []byte(after)}, nil)
}

// plainError takes the parser's inner words out of an error: people know lines, not pull parsers.
func plainError(err error) error {
	s := err.Error()
	if i := strings.Index(s, "XML syntax error on "); i >= 0 {
		return errors.New(s[i:])
	}
	return err
}

func (n *notes) all() []string {
	if n.more > 0 {
		return append(n.list, fmt.Sprintf("and %d more", n.more))
	}
	return n.list
}

// addDeleted adds the tombstones of RFC 6721.
func addDeleted(doc *hub.Document, parsed any) {
	var exts ext.Extensions
	switch f := parsed.(type) {
	case *rss.Feed:
		exts = f.Extensions
	case *atom.Feed:
		exts = f.Extensions
	}
	for _, space := range exts {
		for _, gone := range space["deleted-entry"] {
			if ref := strings.TrimSpace(gone.Attrs["ref"]); ref != "" {
				doc.Drafts = append(doc.Drafts, hub.Draft{OriginalID: ref, Deleted: true, Modified: raws(gone.Attrs["when"])})
			}
		}
	}
}

// raws are the values that are not empty, each once, in order.
func raws(values ...string) []string {
	var list []string
	var seen map[string]bool // of a long list
	for _, v := range values {
		if v = strings.TrimSpace(v); v == "" || len(list) < 16 && slices.Contains(list, v) || seen[v] {
			continue
		}
		if list = append(list, v); len(list) == 16 {
			seen = make(map[string]bool, len(values))
			for _, have := range list {
				seen[have] = true
			}
		} else if len(list) > 16 {
			seen[v] = true
		}
	}
	return list
}

// first is the first value that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

// resolve makes ref absolute against base (RFC 3986 §5); what cannot be is left as it is.
func resolve(base, ref string) string {
	ref = strings.TrimSpace(ref)
	if base == "" {
		return ref
	}
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	r, err := url.Parse(ref)
	if err != nil {
		return ref
	}
	whole := b.ResolveReference(r)
	if host, err := idna.Lookup.ToASCII(whole.Hostname()); err == nil && host != whole.Hostname() {
		whole.Host = strings.Replace(whole.Host, whole.Hostname(), host, 1) // else it would be written with %
	}
	return whole.String()
}

// isWeb says whether s is an absolute http or https link.
func isWeb(s string) bool {
	if s == "" {
		return false
	}
	u, err := url.Parse(strings.TrimSpace(s))
	return err == nil && (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https")) && u.Host != ""
}

func hostOf(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// rhythm is how long a feed says it may be kept: ttl in minutes, or the syndication module's period and frequency.
func rhythm(ttl string, exts ext.Extensions) time.Duration {
	const most = 365 * 24 * time.Hour
	if minutes, err := strconv.Atoi(strings.TrimSpace(ttl)); err == nil && minutes > 0 {
		return min(time.Duration(min(minutes, 1<<20))*time.Minute, most)
	}
	var period time.Duration
	switch strings.ToLower(value(exts, "sy", "updatePeriod")) {
	case "hourly":
		period = time.Hour
	case "daily":
		period = 24 * time.Hour
	case "weekly":
		period = 7 * 24 * time.Hour
	case "monthly":
		period = 30 * 24 * time.Hour
	case "yearly":
		period = most
	}
	if n, err := strconv.Atoi(value(exts, "sy", "updateFrequency")); err == nil && n > 0 {
		period /= time.Duration(n)
	}
	return period
}

// value is the text of the first extension element of that name.
func value(exts ext.Extensions, prefix, name string) string {
	for _, e := range exts[prefix][name] {
		if v := strings.TrimSpace(e.Value); v != "" {
			return v
		}
	}
	return ""
}

// values are the texts of all extension elements of that name.
func values(exts ext.Extensions, prefix, name string) []string {
	var list []string
	for _, e := range exts[prefix][name] {
		list = append(list, e.Value)
	}
	return raws(list...)
}

// baseFor chooses what relative links of a feed without xml:base resolve against. RFC 3986 §5.1.3 says: where the document
// came from. A feed that is served by another host than its site (a feed service) means its site.
func baseFor(docURL, site string) string {
	if isWeb(site) && (docURL == "" || hostOf(site) != hostOf(docURL)) {
		return site
	}
	return docURL
}
