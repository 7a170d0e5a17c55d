package source

import (
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// leadClass is what news systems call the lead; newspapers of this country say sapo.
const leadClass = `.sapo, .detail-sapo, [data-role="sapo"], .article-sapo, .divsapo, .lead, .article-lead, .article__lead, .detail-lead, .lead-detail, .standfirst, .article__sapo, .article-summary, .article__summary, .entry-summary, .post-excerpt, .chapeau, .singular-sapo, .content-detail-sapo, p.description, h2.description, div.description, .summary, [itemprop="description"]:not(meta)`

// Characters of a lead: what is shorter is a label, what is longer the article.
const (
	minLead        = 30
	maxLeadElement = 1_500
)

// leadNames are words in the class of a lead, for pages that use none of leadClass as it is.
var leadNames = wordSet("desc sapo lead lede standfirst chapo chapeau dek deck subhead subheadline subheading subtitle subline vorspann teasertext entradilla bajada sottotitolo occhiello ingress")

// summary is the lead that people see, else what the page says of itself.
func (p *page) summary() {
	p.lead = p.shownLead()
	if p.lead != nil {
		p.draft.Summary = hub.Text{Value: lineOf(p.lead)}
		return
	}
	p.draft.Summary = sniffed(first(p.ld.description, p.meta("og:description"), p.meta("description"), p.meta("twitter:description")))
}

// shownLead is the element that a page calls its lead, else an h2 right below the title with more than a heading has.
func (p *page) shownLead() *goquery.Selection {
	var found *goquery.Selection
	p.doc.Find(leadClass).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if mayBeLead(s) && s.Closest("table").Length() == 0 {
			found = s
		}
		return found == nil
	})
	if found != nil {
		return found
	}
	title := p.headline
	if title == nil {
		return nil
	}
	if s := title.NextAllFiltered("h2, p.lead, strong").First(); s.Length() > 0 && utf8.RuneCountInString(lineOf(s)) > minParagraph {
		return s
	}
	return namedLead(title.Nodes[0])
}

// mayBeLead says whether an element can be an article's lead by what it holds and where it stands.
func mayBeLead(s *goquery.Selection) bool {
	n := utf8.RuneCountInString(lineOf(s))
	return n >= minLead && n <= maxLeadElement && s.Closest(aside+", figure, li").Length() == 0 && s.Find("h1, h3, figure, img").Length() == 0 && s.Find("p").Length() <= 3
}

// Bounds on the search for a lead that only a word of its class names: how many levels above the title it may stand, and
// how many elements there are looked at.
const (
	leadLevels   = 3
	leadSearched = 200
)

// namedLead is the first element after the title, and near to it, whose class has a word for the lead. Lead pictures
// and their captions have such words too.
func namedLead(title *html.Node) *goquery.Selection {
	looked := 0
	for level, n := 0, title; level < leadLevels && n.Parent != nil && n.Data != "body"; level, n = level+1, n.Parent {
		for after := n.NextSibling; after != nil; after = after.NextSibling {
			if after.Type != html.ElementNode {
				continue
			}
			for c := range withSelf(after) {
				if looked++; looked > leadSearched {
					return nil
				}
				if c.Type != html.ElementNode || !hasClassWord(c, leadNames) || hasClassWord(c, pictureWords) || isTextName(c) {
					continue
				}
				if s := (&goquery.Selection{Nodes: []*html.Node{c}}); mayBeLead(s) {
					return s
				}
			}
		}
	}
	return nil
}
