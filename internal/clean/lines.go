package clean

import (
	"strconv"
	"strings"
)

// contentText gives the blocks as lines: paragraphs a blank line apart, list entries after "- " or their number, a table row a line. The
// captions of figures are left out: between lines of plain text nobody could tell them from the article's sentences. They
// stand in Item.Captions.
func contentText(blocks []*node) string {
	var b strings.Builder
	size := 0
	for _, k := range blocks {
		size += k.span() + 2
	}
	b.Grow(size)
	writeBlocks(&b, blocks, "")
	return strings.TrimSpace(b.String())
}

func writeBlocks(b *strings.Builder, blocks []*node, indent string) {
	for _, k := range blocks {
		switch k.tag {
		case "hr", "audio", "video", "figcaption":
		case "ul", "ol":
			writeList(b, k, indent)
			b.WriteByte('\n')
		case "pre":
			writeLines(b, strings.Split(rawText(k), "\n"), indent)
		case "table":
			writeTable(b, k, indent)
		case "dl":
			for _, d := range k.kids {
				writeMixed(b, d.kids, indent)
			}
			b.WriteByte('\n')
		case "figure", "blockquote":
			writeMixed(b, k.kids, indent)
		default:
			if k.first("br") == nil {
				writeLine(b, k.saying(), indent)
				continue
			}
			writeInline(b, k.kids, indent)
		}
	}
}

// writeLine writes a paragraph of one line.
func writeLine(b *strings.Builder, text, indent string) {
	if text == "" {
		return
	}
	b.WriteString(indent)
	b.WriteString(text)
	b.WriteString("\n\n")
}

// writeLines writes a paragraph and the blank line after it.
func writeLines(b *strings.Builder, lines []string, indent string) {
	if strings.Join(lines, "") == "" {
		return
	}
	for _, l := range lines {
		b.WriteString(indent)
		b.WriteString(strings.TrimRight(l, " "))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
}

// writeMixed writes what may be inline nodes followed by blocks.
func writeMixed(b *strings.Builder, kids []*node, indent string) {
	start := 0
	for i, k := range kids {
		if k.isBlock() {
			writeInline(b, kids[start:i], indent)
			writeBlocks(b, kids[i:i+1], indent)
			start = i + 1
		}
	}
	writeInline(b, kids[start:], indent)
}

// writeInline writes inline nodes as a paragraph.
func writeInline(b *strings.Builder, kids []*node, indent string) {
	text := inlineText(kids)
	if strings.IndexByte(text, '\n') < 0 {
		writeLine(b, text, indent)
		return
	}
	writeLines(b, strings.Split(text, "\n"), indent)
}

func writeList(b *strings.Builder, l *node, indent string) {
	number := 0
	if l.tag == "ol" {
		number = max(1, l.number("start"))
	}
	for _, li := range l.kids {
		var inner strings.Builder
		writeMixed(&inner, li.kids, "")
		text := strings.Trim(inner.String(), "\n")
		if text == "" {
			continue
		}
		for strings.Contains(text, "\n\n") {
			text = strings.ReplaceAll(text, "\n\n", "\n")
		}
		mark := "- "
		if number > 0 {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		for i, l := range strings.Split(text, "\n") {
			b.WriteString(indent)
			if i == 0 {
				b.WriteString(mark)
			} else {
				b.WriteString("   "[:min(len(mark), 3)])
			}
			b.WriteString(l)
			b.WriteByte('\n')
		}
	}
}

func writeTable(b *strings.Builder, t *node, indent string) {
	for _, g := range t.kids {
		if g.tag == "caption" {
			writeLines(b, strings.Split(inlineText(g.kids), "\n"), indent)
			continue
		}
		for _, r := range g.kids {
			var cells []string
			for _, c := range r.kids {
				cells = append(cells, cellText(c.kids))
			}
			b.WriteString(indent)
			b.WriteString(strings.TrimSpace(strings.Join(cells, " | ")))
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
}

// cellText is the text of a cell on one line.
func cellText(kids []*node) string {
	var b strings.Builder
	writeMixed(&b, kids, "")
	return spaced(b.String())
}

// inlineText is the text of inline nodes, a line for each line break.
func inlineText(kids []*node) string {
	if len(kids) == 0 {
		return ""
	}
	var b strings.Builder
	for _, k := range kids {
		k.each(func(n *node) bool {
			switch n.tag {
			case "":
				b.WriteString(n.text)
			case "br":
				b.WriteByte('\n')
			}
			return true
		})
	}
	text := strings.Trim(b.String(), "\n")
	if strings.IndexByte(text, '\n') < 0 {
		return spaced(text)
	}
	out := strings.Split(text, "\n")
	for i, l := range out {
		out[i] = spaced(l)
	}
	return strings.Trim(strings.Join(out, "\n"), "\n")
}

func rawText(n *node) string {
	var b strings.Builder
	n.each(func(k *node) bool {
		b.WriteString(k.text)
		return true
	})
	return b.String()
}
