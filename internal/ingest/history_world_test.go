package ingest

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

// piece is an article of the newsroom that a history is about, with what the hub must know of it.
type piece struct {
	n      int
	marker string // a word that stands in its text and in no other's
	title  string
	words  []string
	date   time.Time // zero: it has none
	guid   string
	listed bool
	double string // listed a second time: "same" link or "other"; "" for once

	copy *borrowed

	// What the hub has made of it.
	born    bool
	trimmed bool
	owner   string
	first   time.Time
	told    string // what its owner last said of it
	shape   string // and under which guids and links
	link    string // where the site's feed last had it
}

// borrowed is the other paper's copy of a story.
type borrowed struct {
	title string
	link  string
	words []string
	date  time.Time
}

// newsroom is a site with its feed, a paper that copies from it, and our own feed, which somebody gives us as a source.
type newsroom struct {
	stories  []*piece
	window   []*piece // in the order of the feed
	secure   bool
	mobile   bool
	amp      bool
	tracking bool
	cms      int
	churning bool
	fetches  int
	own      []hub.Record
	brief    bool // our own feed comes back shortened and with links to us
}

const (
	mainFeed, copyFeed, ownFeed = "https://news.example/rss", "https://paper.example/rss", "https://hub.example/feeds/news.rss"
	storyWords                  = 400
)

// Get plays all three feeds.
func (m *newsroom) Get(_ context.Context, r fetch.Request) (*fetch.Response, error) {
	body := ""
	switch r.URL {
	case mainFeed:
		m.fetches++
		body = m.main()
	case copyFeed:
		body = m.paper()
	case ownFeed:
		body = m.ours()
	}
	return &fetch.Response{Status: 200, URL: r.URL, ContentType: "application/rss+xml", Body: []byte(body)}, nil
}

func (m *newsroom) link(s *piece) string {
	scheme, host, end, query := "http", "news.example", "", ""
	if m.secure {
		scheme = "https"
	}
	if m.mobile {
		host = "m.news.example"
	}
	if m.amp {
		end = "/amp"
	}
	if m.tracking {
		query = fmt.Sprintf("?utm_source=rss&utm_campaign=c%d", m.fetches)
	}
	return scheme + "://" + host + m.path(s) + end + query
}

func (m *newsroom) path(s *piece) string {
	if m.cms > 0 {
		return fmt.Sprintf("/v%d/archive/%s/%d", m.cms, s.marker, s.n*7)
	}
	return fmt.Sprintf("/%s-%d.html", s.marker, s.n)
}

func (m *newsroom) guidOf(s *piece) string {
	if m.churning {
		return fmt.Sprintf("%s.%d", s.guid, m.fetches)
	}
	return fmt.Sprintf("%s/%d", s.guid, m.cms)
}

// says is what the feed tells of a story that would be news to its readers: neither guids, nor scheme, mobile host, AMP or
// tracking of its link are.
func (m *newsroom) says(s *piece) string {
	return strings.Join([]string{s.title, strings.Join(s.words, " "), m.path(s), s.date.String()}, "|")
}

// shapeOf is what tells a story's entries apart.
func (m *newsroom) shapeOf(s *piece) string {
	link, _, _ := strings.Cut(m.link(s), "?")
	return link + "|" + m.guidOf(s) + "|" + s.double
}

func (m *newsroom) main() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>`)
	fmt.Fprintf(&b, "<generator>%d</generator>", m.fetches)
	for _, s := range m.window {
		entry(&b, s.title, m.link(s), m.guidOf(s), s.words, s.date)
		switch s.double {
		case "same":
			entry(&b, s.title, m.link(s), m.guidOf(s)+"-sport", s.words, s.date)
		case "other":
			entry(&b, s.title, strings.Replace(m.link(s), ".example/", ".example/sport/", 1), m.guidOf(s)+"-sport", s.words, s.date)
		}
	}
	return b.String() + "</channel></rss>"
}

func (m *newsroom) paper() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><link>https://paper.example/</link>`)
	for _, s := range m.stories {
		if c := s.copy; c != nil {
			entry(&b, c.title, c.link, fmt.Sprint("paper-", s.n), c.words, c.date)
		}
	}
	return b.String() + "</channel></rss>"
}

func (m *newsroom) ours() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Ours</title><link>https://hub.example/</link>`)
	for _, r := range m.own {
		link, words := r.URL, strings.Fields(r.ContentText+" "+r.Summary)
		if m.brief {
			link, words = "https://hub.example/items/"+strings.TrimPrefix(string(r.ID), "urn:uuid:"), words[:12]
		}
		entry(&b, r.Title, link, string(r.ID), words, r.Published)
	}
	return b.String() + "</channel></rss>"
}

func entry(b *strings.Builder, title, link, guid string, words []string, date time.Time) {
	fmt.Fprintf(b, `<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid>`, title, strings.ReplaceAll(link, "&", "&amp;"), guid)
	if !date.IsZero() {
		fmt.Fprintf(b, "<pubDate>%s</pubDate>", date.Format(time.RFC1123Z))
	}
	b.WriteString("<description>")
	for n, w := range words {
		if n > 0 && n%15 == 0 {
			b.WriteString(".")
		}
		b.WriteString(" " + w)
	}
	b.WriteString("</description></item>\n")
}

// prose makes the words of a text; the same seed makes the same ones.
func prose(seed string, n int) []string {
	syllables := strings.Fields("ba be bo da de do ka ke ko la le lo ma me mo na ne no ra re ro sa se so ta te to va ve vo")
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed))
	state := h.Sum64()
	words := make([]string, n)
	for k := range words {
		for range 3 {
			state = state*6364136223846793005 + 1442695040888963407
			words[k] += syllables[state>>40%uint64(len(syllables))]
		}
	}
	return words
}

// letters writes a number without digits.
func letters(n int) string {
	s := ""
	for n > 0 || s == "" {
		s = string(rune('a'+n%26)) + s
		n /= 26
	}
	return s
}
