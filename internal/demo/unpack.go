package demo

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Unpack writes the paper's documents below dir, made where it is missing: HTML pages, one RSS file, plain texts; each section in
// the form its source reads. Files that are there already are replaced.
func (n *Newsroom) Unpack(dir string) error {
	for _, s := range n.sections {
		folder := filepath.Join(dir, s.id)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("unpack the demo: %w", err)
		}
		docs, err := n.documents(s)
		if err != nil {
			return fmt.Errorf("unpack the demo: %w", err)
		}
		for name, data := range docs {
			if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
				return fmt.Errorf("unpack the demo: %w", err)
			}
		}
	}
	return nil
}

// documents are a section's files by name.
func (n *Newsroom) documents(s *section) (map[string][]byte, error) {
	docs := map[string][]byte{}
	var all []*article
	for _, a := range n.articles {
		if a.section != s {
			continue
		}
		all = append(all, a)
		switch s.form {
		case formPages:
			page, err := n.render(a, false)
			if err != nil {
				return nil, err
			}
			docs[a.slug+".html"] = page
		case formTexts:
			docs[a.slug+".txt"] = n.plain(a)
		}
	}
	if s.form == formFeed {
		feed, err := n.feed(s, all)
		if err != nil {
			return nil, err
		}
		docs["feed.xml"] = feed
	}
	return docs, nil
}

// plain writes an article as a person gets it who copies its page as text: the other edition's link, title and date,
// everything in its block, each caption once for the picture's text and once below it, the author last.
func (n *Newsroom) plain(a *article) []byte {
	var b strings.Builder
	put := func(s string) { b.WriteString(s + "\n\n") }
	twice := func(p picture) {
		c := caption(p, a.section.language)
		b.WriteString(c + "\n" + c + "\n\n")
	}
	if a.furniture {
		put("En")
	}
	put(a.title)
	put(when(a.published, a.section.language))
	put(a.lead)
	if a.furniture {
		put(a.lead) // once above the picture, once below, as the page's template prints it
	}
	if a.picture.File != "" {
		twice(a.picture)
	}
	for _, block := range a.blocks {
		switch block.Kind {
		case "picture":
			twice(block.Picture)
		case "list":
			for _, item := range block.Items {
				put("- " + item)
			}
		case "table":
			put(strings.Join(block.Head, " – "))
			for _, row := range block.Rows {
				put(strings.Join(row, " – "))
			}
		case "note":
			put(words(a.section.language, "note") + block.Text)
		case "quote":
			put("“" + block.Text + "”")
		default:
			put(block.Text)
		}
	}
	put(a.author)
	if a.furniture {
		put(words(a.section.language, "more"))
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}

// The RSS file, as newsrooms' systems write it.
type (
	rssDocument struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Content string     `xml:"xmlns:content,attr"`
		DC      string     `xml:"xmlns:dc,attr"`
		Media   string     `xml:"xmlns:media,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Description string    `xml:"description"`
		Language    string    `xml:"language"`
		Built       string    `xml:"lastBuildDate"`
		Items       []rssItem `xml:"item"`
	}
	rssItem struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		GUID        rssGUID   `xml:"guid"`
		Published   string    `xml:"pubDate"`
		Updated     string    `xml:"atom:updated,omitempty"`
		Creator     string    `xml:"dc:creator"`
		Categories  []string  `xml:"category"`
		Description string    `xml:"description"`
		Content     string    `xml:"content:encoded"`
		Media       *rssMedia `xml:"media:content"`
	}
	rssGUID struct {
		Permalink bool   `xml:"isPermaLink,attr"`
		Value     string `xml:",chardata"`
	}
	rssMedia struct {
		URL         string `xml:"url,attr"`
		Type        string `xml:"type,attr"`
		Medium      string `xml:"medium,attr"`
		Width       int    `xml:"width,attr"`
		Height      int    `xml:"height,attr"`
		Description string `xml:"media:description"`
		Credit      string `xml:"media:credit"`
	}
)

// feed writes a section as RSS 2.0.
func (n *Newsroom) feed(s *section, all []*article) ([]byte, error) {
	doc := rssDocument{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Media: "http://search.yahoo.com/mrss/", Atom: "http://www.w3.org/2005/Atom",
		Channel: rssChannel{
			Title: paper + " – " + s.title, Link: n.site + "/demo/", Description: s.description, Language: s.language,
		},
	}
	var newest time.Time
	for _, a := range all {
		if a.updated().After(newest) {
			newest = a.updated()
		}
		item := rssItem{
			Title: a.title, Link: n.address(a), GUID: rssGUID{Value: guid(a)}, Published: a.published.Format(time.RFC1123Z),
			Creator: a.author, Categories: a.tags, Description: a.lead, Content: n.markup(a),
		}
		if !a.modified.IsZero() {
			item.Updated = a.modified.Format(time.RFC3339)
		}
		if p := a.picture; p.File != "" {
			item.Media = &rssMedia{
				URL: n.pictureURL(p), Type: "image/jpeg", Medium: "image", Width: pictureWidth, Height: pictureHeight,
				Description: p.Caption, Credit: p.Credit,
			}
		}
		doc.Channel.Items = append(doc.Channel.Items, item)
	}
	doc.Channel.Built = newest.Format(time.RFC1123Z)
	b, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the feed of %s: %w", s.id, err)
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}

// markup is the text below the lead as HTML.
func (n *Newsroom) markup(a *article) string {
	var b bytes.Buffer
	esc := html.EscapeString
	for _, block := range a.blocks {
		switch block.Kind {
		case "heading":
			fmt.Fprintf(&b, "<h2>%s</h2>\n", esc(block.Text))
		case "quote":
			fmt.Fprintf(&b, "<blockquote><p>%s</p></blockquote>\n", esc(block.Text))
		case "note":
			fmt.Fprintf(&b, "<p><strong>%s</strong>%s</p>\n", words(a.section.language, "note"), esc(block.Text))
		case "list":
			b.WriteString("<ul>\n")
			for _, item := range block.Items {
				fmt.Fprintf(&b, "<li>%s</li>\n", esc(item))
			}
			b.WriteString("</ul>\n")
		case "table":
			b.WriteString("<table>\n<tr><th>" + strings.Join(escaped(block.Head), "</th><th>") + "</th></tr>\n")
			for _, row := range block.Rows {
				b.WriteString("<tr><td>" + strings.Join(escaped(row), "</td><td>") + "</td></tr>\n")
			}
			b.WriteString("</table>\n")
		case "picture":
			p := block.Picture
			fmt.Fprintf(&b, "<figure><img src=\"%s\" alt=\"%s\" width=\"%d\" height=\"%d\"><figcaption>%s</figcaption></figure>\n",
				esc(n.pictureURL(p)), esc(p.Caption), pictureWidth, pictureHeight, esc(caption(p, a.section.language)))
		default:
			fmt.Fprintf(&b, "<p>%s</p>\n", esc(block.Text))
		}
	}
	return b.String()
}

func escaped(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = html.EscapeString(c)
	}
	return out
}
