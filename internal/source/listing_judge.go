package source

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// takenFrom is the score from which a link is believed to lead to an article. A headline of six words in an address with a
// number, or in a heading with an address of three words, reaches it; neither text nor address does alone. The weights were
// set by looking at some forty real lists.
const takenFrom = 5

// judge decides which links lead to articles: by their text, their address, what they stand in, and by what the other
// links of the same list are.
func (l *listing) judge() {
	l.addListed()
	home := l.mostAreForeign()
	for _, g := range l.groups {
		g.score = l.score(g, home)
	}
	l.judgeLists()
	for _, g := range l.groups {
		g.taken = g.score >= takenFrom
	}
	l.own()
	l.readDays()
}

// addListed adds the articles that JSON-LD lists and the page, which a script fills, does not show.
func (l *listing) addListed() {
	shown := 0
	for _, key := range l.ldKeys {
		if l.byKey[key] != nil {
			shown++
		}
	}
	if shown > 0 {
		return
	}
	for _, key := range l.ldKeys {
		e := l.ld[key]
		if _, u, ok := l.key(e.href); ok && urlScore(u) > notArticle {
			g := l.group(key)
			a := &listLink{href: e.href, urlScore: urlScore(u)}
			a.setText(e.title)
			g.links = []*listLink{a}
		}
	}
}

// mostAreForeign says whether what looks like headlines leads to other sites, as on the pages of people who collect links.
func (l *listing) mostAreForeign() bool {
	foreign, all := 0, 0
	for _, g := range l.groups {
		a := g.best()
		if a.zone != zoneMain || a.textScore < 2 || a.urlScore <= notArticle {
			continue
		}
		all++
		if a.foreign {
			foreign++
		}
	}
	return foreign*10 > all*6
}

// best is the link of a group that has its headline: the first whose text is one.
func (g *listGroup) best() *listLink {
	if g.topOf == len(g.links) {
		return g.top
	}
	best, most := g.links[0], -1
	for _, a := range g.links {
		n := 0
		switch {
		case a.more:
			n = -1
		case a.heading:
			n = 40
		case a.titled:
			n = 30
		case a.textScore >= 2 && utf8.RuneCountInString(a.text) <= 200:
			n = 20
		default:
			n = 10 + a.textScore
		}
		if a.zone == zoneMain && n > 0 {
			n += 4
		}
		if n > most {
			best, most = a, n
		}
	}
	g.top, g.topOf = best, len(g.links)
	return best
}

// score adds up what speaks for a group of links leading to an article.
func (l *listing) score(g *listGroup, foreign bool) int {
	a := g.best()
	if a.urlScore <= notArticle || isDateline(a.text) || pagers[foldLine(a.text)] {
		return notArticle
	}
	score := a.urlScore + a.textScore
	title, picture, frame := false, false, true
	for _, b := range g.links {
		title = title || b.heading || b.titled
		picture = picture || b.node != nil && showsPicture(b.node)
		frame = frame && b.zone >= zoneFrame
	}
	if a.heading {
		score += 3
	} else if title {
		score += 2
	}
	if picture && a.text != "" {
		score++
	}
	switch {
	case frame && a.heading && a.textScore >= 2:
		score -= 2 // the class may be wrong
	case frame:
		score -= 6
	}
	if a.foreign && !foreign {
		score -= 8
	}
	if a.foreign && foreign {
		score += 2
	}
	if editions(a.text) != nil || furniture(a.text) != notFurniture {
		score -= 6
	}
	if _, listed := l.ld[g.key]; listed && !frame {
		score = max(score+4, takenFrom) // the page says so itself
	}
	return score
}

func showsPicture(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && (c.Data == "img" || c.Data == "picture") {
			return true
		}
	}
	return false
}

// fewestAlike is how many articles of a list show what all its addresses are like.
const fewestAlike = 5

// judgeLists lets the links of one list decide together: where most are articles, the short headlines among them are too;
// where all are short, it is a menu.
func (l *listing) judgeLists() {
	lists := map[string][]*listGroup{}
	dates := map[string]bool{} // neighbours share their neighbours
	var order []string
	for _, g := range l.groups {
		shape := g.best().shape
		if lists[shape] == nil {
			order = append(order, shape)
		}
		lists[shape] = append(lists[shape], g)
	}
	for _, shape := range order {
		list := lists[shape]
		good, short, dated, numbered := 0, 0, 0, 0
		for _, g := range list {
			if g.score >= takenFrom {
				good++
				if g.best().numbered {
					numbered++
				}
			}
			if headlineWords(g.best().text) <= 3 {
				short++
			}
			if g.isDated(dates) {
				dated++
			}
		}
		for _, g := range list {
			// Where every article's address has a number, one without is none.
			odd := good >= fewestAlike && numbered == good && !g.best().numbered
			switch {
			case g.score <= notArticle/2, g.best().zone >= zoneFrame, odd && g.score < takenFrom:
			case len(list) >= 3 && dated*3 > len(list)*2 && good*2 > len(list) && !g.best().foreign:
				g.score = max(g.score, takenFrom)
			case len(list) >= 3 && dated*3 > len(list)*2:
				g.score += 4 // a list of what has dates is one of articles
			case len(list) >= 3 && good*10 >= len(list)*6 && g.score >= 1 && !g.best().foreign:
				g.score = max(g.score, takenFrom)
			case len(list) >= 4 && short*10 > len(list)*7 && !g.best().heading:
				g.score -= 3
			}
		}
	}
}

// isDated says whether a date stands beside the headline: in its parent, or its parent's.
func (g *listGroup) isDated(known map[string]bool) bool {
	n := g.best().node
	for i := 0; n != nil && i < 3; i++ {
		if n.Parent == nil || n.Parent.Data == "body" {
			return false
		}
		for _, c := range siblingsNear(n) {
			if c.Type == html.ElementNode && c.Data == "time" {
				return true
			}
			text := shortNodeText(c)
			dated, ok := known[text]
			if !ok {
				dated = isDateText(text)
				known[text] = dated
			}
			if dated {
				return true
			}
		}
		n = n.Parent
	}
	return false
}

// siblingsNear are the nearest siblings of a node.
func siblingsNear(n *html.Node) []*html.Node {
	const most = 6
	var list []*html.Node
	for i, c := 0, n.PrevSibling; c != nil && i < most; i, c = i+1, c.PrevSibling {
		list = append(list, c)
	}
	for i, c := 0, n.NextSibling; c != nil && i < most; i, c = i+1, c.NextSibling {
		list = append(list, c)
	}
	return list
}

// shortNodeText is the text of a node if it is short enough to be a date, else "".
func shortNodeText(n *html.Node) string {
	if n.Type == html.TextNode {
		if len(n.Data) < 8*maxDateline {
			return strings.Trim(lineOfText(n.Data), dateMarks)
		}
		return ""
	}
	var sb strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			if sb.Len()+len(c.Data) > 8*maxDateline {
				return ""
			}
			sb.WriteString(c.Data + " ")
		}
	}
	return strings.Trim(lineOfText(sb.String()), dateMarks)
}

// own finds for each element which one article its links lead to.
func (l *listing) own() {
	for _, g := range l.groups {
		if !g.taken {
			continue
		}
		for _, a := range g.links {
			for n := a.node; n != nil && !l.shared[n]; n = n.Parent {
				switch have := l.owner[n]; {
				case have == nil:
					l.owner[n] = g
				case have != g:
					delete(l.owner, n)
					l.shared[n] = true
				}
			}
		}
	}
}
