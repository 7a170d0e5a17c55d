package demo

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// article is one text of the paper. Its file has a head of "key: value" lines, a line of ---, and blocks with an empty line
// between them; the first block is the lead. What a block is its first characters say:
//
//	## heading      > quotation      ! correction      - list (a line each)      | table (a line a row, head first)
//	[[file.jpg | caption | credit]]                    anything else: a paragraph
type article struct {
	section   *section
	slug      string
	title     string
	author    string
	published time.Time
	modified  time.Time // zero where never corrected
	tags      []string
	picture   picture // above the text; zero where there is none
	pair      *article
	pairName  string // section/slug of the same article in the other language
	furniture bool   // its plain text carries what a copied page carries around the article
	lead      string
	blocks    []block
}

type picture struct{ File, Caption, Credit string }

// block is one block of the text below the lead.
type block struct {
	Kind    string // p, heading, quote, note, list, table, picture
	Text    string
	Items   []string
	Head    []string
	Rows    [][]string
	Picture picture
	Src     string // the picture's URL, set when rendered
}

// name is the article's way below /demo/.
func (a *article) name() string { return a.section.id + "/" + a.slug }

func (a *article) updated() time.Time {
	if a.modified.IsZero() {
		return a.published
	}
	return a.modified
}

// pictures are all its pictures in order.
func (a *article) pictures() []picture {
	var out []picture
	if a.picture.File != "" {
		out = append(out, a.picture)
	}
	for _, b := range a.blocks {
		if b.Kind == "picture" {
			out = append(out, b.Picture)
		}
	}
	return out
}

// id is the permanent id the hub gives the article: a page is known by its canonical URL, a feed's item by its guid, a
// text by its path.
func (n *Newsroom) id(a *article) hub.ID {
	original := n.address(a)
	switch a.section.form {
	case formFeed:
		original = guid(a)
	case formTexts:
		original = a.slug + ".txt"
	}
	return hub.NewID(a.section.sourceID(), original)
}

// address is the URL of the article's page.
func (n *Newsroom) address(a *article) string { return n.site + "/demo/" + a.name() + ".html" }

func guid(a *article) string { return "song-xanh:" + a.name() }

// readArticles reads them all and joins the pairs.
func (n *Newsroom) readArticles() error {
	for _, s := range n.sections {
		names, err := fs.Glob(files, "articles/"+s.id+"/*.txt")
		if err != nil {
			return err
		}
		for _, name := range names {
			data, err := files.ReadFile(name)
			if err != nil {
				return err
			}
			a := &article{section: s, slug: strings.TrimSuffix(path.Base(name), ".txt")}
			if err := a.read(string(data)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			n.articles = append(n.articles, a)
			n.named[a.name()] = a
		}
	}
	slices.SortFunc(n.articles, func(a, b *article) int {
		return cmp.Or(b.published.Compare(a.published), cmp.Compare(a.name(), b.name()))
	})
	for _, a := range n.articles {
		if a.pairName == "" {
			continue
		}
		a.pair = n.named[a.pairName]
		if a.pair == nil || a.pair.pairName != a.name() || a.pair.section.language == a.section.language {
			return fmt.Errorf("%s and %s are not a pair", a.name(), a.pairName)
		}
	}
	return nil
}

// read takes one file apart.
func (a *article) read(text string) error {
	head, body, ok := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n---\n")
	if !ok {
		return errors.New("no line of --- ends the head")
	}
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			return fmt.Errorf("%q in the head is not key: value", strings.TrimSpace(line))
		}
		if err := a.set(key, strings.TrimSpace(value)); err != nil {
			return err
		}
	}
	for chunk := range strings.SplitSeq(body, "\n\n") {
		if chunk = strings.TrimSpace(chunk); chunk == "" {
			continue
		}
		if a.lead == "" {
			a.lead = oneLine(chunk)
			continue
		}
		b, err := readBlock(chunk)
		if err != nil {
			return err
		}
		a.blocks = append(a.blocks, b)
	}
	if a.title == "" || a.author == "" || a.published.IsZero() || a.lead == "" || len(a.blocks) == 0 {
		return errors.New("title, author, published, lead or text is missing")
	}
	return nil
}

func (a *article) set(key, value string) (err error) {
	switch key {
	case "title":
		a.title = value
	case "author":
		a.author = value
	case "published":
		a.published, err = time.ParseInLocation("2006-01-02 15:04", value, zone())
	case "modified":
		a.modified, err = time.ParseInLocation("2006-01-02 15:04", value, zone())
	case "tags":
		for tag := range strings.SplitSeq(value, ",") {
			a.tags = append(a.tags, strings.TrimSpace(tag))
		}
	case "picture":
		a.picture, err = readPicture(value)
	case "pair":
		a.pairName = value
	case "furniture":
		a.furniture = value == "yes"
	default:
		return fmt.Errorf("unknown key %q in the head", key)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

func readPicture(s string) (picture, error) {
	parts := strings.Split(s, "|")
	if len(parts) != 3 {
		return picture{}, fmt.Errorf("%q is not file | caption | credit", s)
	}
	p := picture{strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])}
	if _, err := fs.Stat(files, "pictures/"+p.File); err != nil {
		return picture{}, err
	}
	return p, nil
}

func readBlock(chunk string) (block, error) {
	lines := strings.Split(chunk, "\n")
	switch {
	case strings.HasPrefix(chunk, "[[") && strings.HasSuffix(chunk, "]]"):
		p, err := readPicture(oneLine(chunk[2 : len(chunk)-2]))
		return block{Kind: "picture", Picture: p}, err
	case strings.HasPrefix(chunk, "## "):
		return block{Kind: "heading", Text: oneLine(chunk[3:])}, nil
	case strings.HasPrefix(chunk, "> "):
		return block{Kind: "quote", Text: oneLine(chunk[2:])}, nil
	case strings.HasPrefix(chunk, "! "):
		return block{Kind: "note", Text: oneLine(chunk[2:])}, nil
	case strings.HasPrefix(chunk, "- "):
		b := block{Kind: "list"}
		for _, l := range lines {
			b.Items = append(b.Items, strings.TrimSpace(strings.TrimPrefix(l, "- ")))
		}
		return b, nil
	case strings.HasPrefix(chunk, "| "):
		b := block{Kind: "table"}
		for _, l := range lines {
			var cells []string
			for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(l), "|"), "|") {
				cells = append(cells, strings.TrimSpace(cell))
			}
			b.Rows = append(b.Rows, cells)
		}
		b.Head, b.Rows = b.Rows[0], b.Rows[1:]
		return b, nil
	}
	return block{Kind: "p", Text: oneLine(chunk)}, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
