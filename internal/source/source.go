// Package source makes drafts out of bytes: it reads feeds, sitemaps, wire documents, article pages, listings, plain-text
// dumps and what is pushed, and says in plain words what is wrong with what it cannot read.
//
// It never touches the network, the disk or a clock, never resolves, cleans or judges what it read (package clean does),
// and never lets a document decide how much memory or time it costs.
//
// Start with Kinds below: every kind of document is one file and one line there; docs/new-kind.md shows how one is added.
package source

import (
	"bytes"
	"mime"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// Limits on one document. A fetch is limited before it comes here; these hold for files and pushes too.
const (
	maxBytes     = 64 << 20
	maxItems     = 100_000
	maxPushItems = 1_000
	maxWarnings  = 50
)

// Input is one document as it came.
type Input struct {
	Body        []byte
	ContentType string        // as given by the server or the pusher, maybe ""
	URL         string        // where it came from after redirects, "" if unknown: base of relative links
	Path        string        // files: path below the source's root, slash separated
	Kind        string        // "" or "auto": found out; else the Name of one of Kinds
	Language    string        // as the server says (Content-Language), "" for unknown: of a document that says nothing itself
	Select      hub.Selectors // overrides for pages

	// Handed says that somebody put this very document into our hands, and it was not asked for by an address that may
	// answer with something else: a page is then an article, however short. Files (Path) and pushes always are.
	Handed bool
}

func (in Input) handed() bool { return in.Handed || in.Path != "" }

// certain is what Sniff says where a document can be nothing else.
const certain = 100

// Kind is one kind of document.
type Kind struct {
	Name  string
	Sniff func(Input) int                   // how sure it is that the document is of this kind: 0 no … certain
	Read  func(Input) (hub.Document, error) // errors are *hub.Error of kind Invalid or TooLarge
	Links bool                              // its drafts are links to articles rather than articles
}

// Kinds are all kinds of document there are, in the order in which equal guesses are believed.
func Kinds() []Kind {
	return []Kind{
		{Name: "feed", Sniff: sniffFeed, Read: readFeed},
		{Name: "sitemap", Sniff: sniffSitemap, Read: readSitemap, Links: true},
		{Name: "ninjs", Sniff: sniffNinjs, Read: readNinjs},
		{Name: "newsml", Sniff: sniffNewsML, Read: readNewsML},
		{Name: "nitf", Sniff: sniffNITF, Read: readNITF},
		{Name: "page", Sniff: sniffPage, Read: readPage},
		{Name: "listing", Sniff: sniffListing, Read: readListing, Links: true},
		{Name: "text", Sniff: sniffText, Read: readText},
	}
}

// Read makes a document's drafts, of the kind that Input.Kind says or the document looks like. Errors are *hub.Error:
// Invalid says what the document looks like instead, TooLarge which limit it broke.
func Read(in Input) (hub.Document, error) {
	in, err := unpacked(in)
	if err != nil {
		return hub.Document{}, err
	}
	doc, err := readAs(Kinds(), in)
	if err == nil && doc.Language == "" && !strings.Contains(in.Language, ",") { // of several none is the document's
		doc.Language = strings.TrimSpace(in.Language)
	}
	return doc, err
}

// readAs reads a document as one of these kinds.
func readAs(kinds []Kind, in Input) (hub.Document, error) {
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	if in.Kind != "" && in.Kind != "auto" {
		i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == in.Kind })
		if i < 0 {
			return hub.Document{}, hub.Errorf(hub.Invalid, "unknown kind of document %q: want auto, %s", in.Kind, kindNames(kinds))
		}
		return kinds[i].Read(in)
	}
	best, sure := Kind{}, 0
	for _, k := range kinds {
		if k.Links && in.Path != "" { // a folder holds articles: a link to one elsewhere would be an item without a text
			continue
		}
		if n := k.Sniff(in); n > sure {
			best, sure = k, n
		}
		if sure == certain {
			break
		}
	}
	if sure == 0 {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s: want %s", look(in).phrase(), kindNames(kinds))
	}
	return best.Read(in)
}

// admit refuses what no reader has to look at.
func admit(in Input) error {
	switch {
	case len(in.Body) > maxBytes:
		return hub.Errorf(hub.TooLarge, "the document has %d bytes, more than the %d MiB that are read of one: split it", len(in.Body), maxBytes>>20)
	case len(bytes.TrimSpace(in.Body)) == 0:
		return hub.Errorf(hub.Invalid, "empty document")
	}
	return nil
}

func kindNames(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return strings.Join(names, ", ")
}

// mediaType is the media type of a Content-Type in lower case, and its charset; both "" where there is none. Broken
// parameters lose the parameters, not the type.
func mediaType(contentType string) (media, charset string) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(contentType, ";")
		return strings.ToLower(strings.TrimSpace(media)), ""
	}
	return media, params["charset"]
}

// notes collects warnings, bounded.
type notes struct {
	list []string
	more int
}

func (n *notes) add(s string) {
	switch {
	case slices.Contains(n.list, s):
	case len(n.list) >= maxWarnings:
		n.more++
	default:
		n.list = append(n.list, s)
	}
}
