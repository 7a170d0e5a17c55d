package sourcetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/big"
	"net"
	"strings"
	"time"
)

// newsEvery is how often a site that publishes all the time has something new.
const newsEvery = 3 * time.Second

// article is one of a site's; the same site's nth is always the same.
type article struct {
	title, link, guid, text string
	date                    time.Time
}

// words is what texts are made of.
const words = `bridge river council school market harvest road doctor library storm ferry garden teacher engine valley
baker village harbour choir museum forest budget station festival orchard clinic workshop rain lantern factory stadium
fisher carpenter meadow tunnel archive orchestra kitchen reservoir ward border pupil nurse mayor driver farmer singer
painter winter summer evening morning weekend week year season concert letter photograph window stone timber copper rice
coffee pepper rubber silk paper boat bicycle train tram bus street corner square tower gate wall roof bell clock map plan
offer promise question answer visit return repair build open close move carry mend plant gather sell buy read write sing`

// article makes the site's nth article.
func (s *Site) article(n int) article {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s/%d", s.name, n)
	seed := h.Sum64()
	list := strings.Fields(words)
	var b strings.Builder
	for k := range 60 {
		seed = seed*6364136223846793005 + 1442695040888963407
		if k > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(list[seed>>33%uint64(len(list))])
		if k%12 == 11 {
			b.WriteByte('.')
		}
	}
	return article{
		title: fmt.Sprintf("%s reports number %d", s.name, n),
		link:  fmt.Sprintf("https://%s.example/news/%d.html", s.name, n),
		guid:  fmt.Sprintf("%s-%d", s.name, n),
		text:  b.String(),
		date:  s.start.UTC().Truncate(time.Second).Add(time.Duration(n)*time.Second - 24*time.Hour),
	}
}

// articles makes those with these numbers.
func (s *Site) articles(numbers ...int) []article {
	var list []article
	for _, n := range numbers {
		list = append(list, s.article(n))
	}
	return list
}

// feed is an RSS document of the articles with these numbers.
func (s *Site) feed(numbers ...int) string { return s.rss("", s.articles(numbers...)...) }

// rss is an RSS document; head stands in its channel as it is.
func (s *Site) rss(head string, list ...article) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>`+
		`<title>%s</title><link>https://%[1]s.example/</link><description>News</description>%s`+"\n", s.name, head)
	for _, a := range list {
		b.WriteString(a.item(""))
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

// item is an article in RSS; more stands in it as it is.
func (a article) item(more string) string {
	var b strings.Builder
	b.WriteString("<item><title>" + a.title + "</title>")
	if a.link != "" {
		b.WriteString("<link>" + a.link + "</link>")
	}
	if a.guid != "" {
		b.WriteString(`<guid isPermaLink="false">` + a.guid + "</guid>")
	}
	if !a.date.IsZero() {
		b.WriteString("<pubDate>" + a.date.Format(time.RFC1123Z) + "</pubDate>")
	}
	b.WriteString("<description>" + a.text + "</description>" + more + "</item>\n")
	return b.String()
}

func (s *Site) atom(list ...article) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>%s</title><id>tag:%[1]s.example,2026:all</id>`+
		`<updated>%s</updated>`, s.name, s.start.UTC().Format(time.RFC3339))
	for _, a := range list {
		fmt.Fprintf(&b, `<entry><title>%s</title><id>%s</id><link href="%s"/><updated>%s</updated><content type="text">%s</content></entry>`,
			a.title, a.guid, a.link, a.date.Format(time.RFC3339), a.text)
	}
	return b.String() + "</feed>"
}

func (s *Site) rdf(list ...article) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">`+
		`<channel rdf:about="https://%s.example/"><title>%[1]s</title><link>https://%[1]s.example/</link><description>News</description></channel>`, s.name)
	for _, a := range list {
		fmt.Fprintf(&b, `<item rdf:about="%s"><title>%s</title><link>%[1]s</link><description>%[3]s</description></item>`, a.link, a.title, a.text)
	}
	return b.String() + "</rdf:RDF>"
}

func (s *Site) jsonFeed(list ...article) string {
	var items []map[string]any
	for _, a := range list {
		items = append(items, map[string]any{"id": a.guid, "url": a.link, "title": a.title, "content_text": a.text, "date_published": a.date.Format(time.RFC3339)})
	}
	b, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": s.name, "items": items})
	if err != nil {
		return "" // strings always marshal
	}
	return string(b)
}

// page is an article as a page of its own.
func (s *Site) page(n int) string {
	a := s.article(n)
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title><meta property="og:type" content="article">`+
		`<meta property="article:published_time" content="%s"></head><body><article><h1>%[1]s</h1><p>%s</p><p>%s</p></article></body></html>`,
		a.title, a.date.Format(time.RFC3339), a.text, s.article(n+1000).text)
}

// selfSigned makes a certificate that nobody trusts.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a key: %w", err)
	}
	plan := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "nobody"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
