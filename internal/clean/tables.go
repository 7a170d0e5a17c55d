package clean

import "slices"

// table puts a table's parts right. One that only lays out a picture over its caption becomes a figure, one with a single
// cell its content.
func (a *arena) table(kids []*node) []*node {
	var captions, groups []*node
	rows, cells := 0, 0
	for _, g := range kids {
		switch g.tag {
		case "caption":
			captions = append(captions, g)
		case "thead", "tbody", "tfoot":
			if rs := a.tableRows(g.kids); len(rs) > 0 {
				groups = append(groups, a.element(g.tag, rs...))
				rows += len(rs)
				for _, r := range rs {
					cells += len(r.kids)
				}
			}
		}
	}
	if rows == cells || len(captions) > 1 {
		// Captions are kept as paragraphs where there is no table for them to stand in.
		out := []*node{a.element(edge)}
		for _, c := range captions {
			out = append(out, a.element("p", c.kids...))
		}
		captions = nil
		switch f := a.pictureTable(groups); {
		case rows == 0:
			return append(out, a.element(edge))
		case f != nil:
			return append(out, f...)
		case rows == 1 && cells == 1:
			cell := a.wrapped(groups[0].kids[0].kids[0].kids)
			out = slices.Grow(out, len(cell)+1)
			return append(append(out, cell...), a.element(edge))
		default:
			return append(out, a.element("table", groups...))
		}
	}
	return []*node{a.element("table", append(captions, groups...)...)}
}

// wrapped gives what within made of a cell with its first paragraph as one again.
func (a *arena) wrapped(cell []*node) []*node {
	end := 0
	for end < len(cell) && !cell[end].stands {
		end++
	}
	if end == 0 {
		return cell
	}
	return append(one(a.element("p", cell[:end:end]...)), cell[end:]...)
}

func (a *arena) tableRows(kids []*node) []*node {
	var out []*node
	for _, r := range kids {
		if r.tag != "tr" {
			continue
		}
		var cells []*node
		full := false
		for _, c := range r.kids {
			if c.tag == "td" || c.tag == "th" {
				cells = append(cells, c)
				full = full || len(c.kids) > 0
			}
		}
		if full {
			out = append(out, a.element("tr", cells...))
		}
	}
	return out
}

// pictureTable makes a figure of rows of one cell each that are pictures first and text last. It gives up at the first thing
// that no such table has, for it is asked again of every table around this one.
func (a *arena) pictureTable(parts []*node) []*node {
	var media, captions []*node
	for _, g := range parts {
		for _, r := range g.kids {
			cell := r.kids[0].kids
			if f := onlyFigure(cell); f != nil && len(parts) == 1 && len(g.kids) == 1 {
				return one(f)
			}
			if len(media) == 0 && beginsWithText(cell) {
				return nil
			}
			for _, k := range a.flow(cell) {
				switch {
				case k.tag == "figure" && len(captions) == 0:
					for _, m := range k.kids {
						if m.tag == "figcaption" {
							captions = append(captions, m)
						} else {
							media = append(media, m)
						}
					}
				case k.tag != "p":
					return nil
				default:
					m, text := a.apart(k.kids)
					if len(m) > 0 && len(captions) > 0 {
						return nil
					}
					media = append(media, m...)
					if c := a.run("p", text); c != nil {
						captions = append(captions, c)
					}
				}
				if len(media) == 0 {
					return nil // text first
				}
			}
		}
	}
	media = unrepeated(media)
	if len(media) == 0 {
		return nil
	}
	if c := a.joinCaptions(captions); c != nil {
		media = append(media, c)
	}
	return []*node{a.element("figure", media...)}
}

// onlyFigure is the picture that a table within made of all there is in a cell.
func onlyFigure(cell []*node) *node {
	if blocks, ok := allBlocks(cell); ok && len(blocks) == 1 && blocks[0].tag == "figure" && blocks[0].first("img") != nil {
		return blocks[0]
	}
	return nil
}

// beginsWithText says whether a cell begins with something else than a picture or a paragraph that has one.
func beginsWithText(cell []*node) bool {
	for _, k := range cell {
		switch {
		case k.tag == edge:
		case k.stands:
			return k.tag != "figure" && (k.tag != "p" || k.first("img") == nil)
		case k.first("img") != nil:
			return false
		}
	}
	return len(cell) > 0
}
