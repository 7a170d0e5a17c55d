package source

import (
	"slices"
	"strings"

	"tinhub/internal/hub"
)

func sniffNewsML(in Input) int {
	switch a := look(in); {
	case a.shape == "xml" && isNewsMLRoot(a.root):
		return certain
	case a.shape == "xml" && !isFeedRoot(a.root) && !isSitemapRoot(a.root) && a.root != "nitf" && strings.Contains(a.head, g2Namespace):
		return 90 // several in a root of somebody's own
	}
	return 0
}

// g2Namespace is where the elements of NewsML-G2 are defined.
const g2Namespace = "http://iptc.org/std/nar/2006-10-01/"

// isNewsMLRoot names the roots of NewsML-G2 and of NewsML 1; those that hold no news are named so that somebody says so.
func isNewsMLRoot(name string) bool {
	return name == "newsml" || name == "newsmessage" || name == "newsitem" || name == "packageitem" || slices.Contains(knowledge(), name)
}

// knowledge are the items of G2 that describe something and report nothing.
func knowledge() []string {
	return []string{"conceptitem", "knowledgeitem", "planningitem", "catalogitem"}
}

// readNewsML reads IPTC's NewsML-G2 2.x (newsItem, packageItem, newsMessage) and NewsML 1.0 to 1.2.
func readNewsML(in Input) (hub.Document, error) { return newsMLDocument(in, false, maxWireItems) }

func newsMLDocument(in Input, strict bool, most int) (hub.Document, error) {
	if err := admitWire(in); err != nil {
		return hub.Document{}, err
	}
	a := look(in)
	if a.shape != "xml" || isFeedRoot(a.root) || isSitemapRoot(a.root) || a.root == "nitf" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not a NewsML document", a.phrase())
	}
	n := &notes{}
	r := &wireReader{base: in.URL, strict: strict, notes: n}
	other := ""
	x := wireXML{b: toUTF8(in.Body, in.ContentType, n), strict: strict, most: most, wanted: []string{"newsitem", "packageitem"}, notes: n}
	x.handle = func(e *wireNode) error {
		r.newsItem(e)
		return r.err
	}
	x.ignore = func(name string) {
		if slices.Contains(knowledge(), name) {
			other = name
			n.add("a " + strings.Replace(name, "item", "Item", 1) + " reports no news and was left out")
		}
	}
	err := x.run()
	switch {
	case err != nil:
		return hub.Document{}, err
	case x.items == 0 && other != "":
		return hub.Document{}, hub.Errorf(hub.Invalid, "this is a NewsML-G2 %s, which reports no news", strings.Replace(other, "item", "Item", 1))
	case x.items == 0 && !isNewsMLRoot(a.root):
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not a NewsML document", a.phrase())
	}
	if r.joinPackages(); r.err != nil {
		return hub.Document{}, r.err
	}
	return r.document("newsml"), nil
}

func (r *wireReader) newsItem(e *wireNode) {
	switch {
	case e.name == "packageitem":
		r.packageItem(e)
	case e.child("identification") != nil, e.child("newscomponent") != nil, e.child("newsmanagement") != nil:
		r.newsML1(e)
	default:
		r.newsG2(e)
	}
}

// newsG2 makes a draft of a NewsML-G2 newsItem.
func (r *wireReader) newsG2(e *wireNode) {
	d := r.draft("newsItem")
	r.itemG2(d, e)
	d.contentG2(e)
	d.finishG2()
	if len(d.Pictures) > 0 && d.class != "text" {
		d.asPicture()
	}
	r.finish(d)
}

// itemG2 reads what newsItem and packageItem have in common.
func (r *wireReader) itemG2(d *wireDraft, e *wireNode) {
	item, content := e.child("itemmeta"), e.child("contentmeta")
	d.OriginalID = e.attr("guid")
	if isWeb(d.OriginalID) {
		d.URL = d.OriginalID
	}
	d.class = lastWord(reference2(item.child("itemclass")))
	created, version := item.child("firstcreated").words(), item.child("versioncreated").words()
	d.Published = raws(created, version, content.child("contentcreated").words())
	d.Modified = raws(version, content.child("contentmodified").words())
	d.Language = first(content.child("language").attr("tag"), e.attr("lang"))
	if em := firstNode(item.child("embargoed"), item.child("embargoeduntil")); em != nil && em.words() == "" {
		d.step("embargo without an end", "publish_at", "<embargoed/>", "")
	} else {
		d.embargo("itemMeta/embargoed", em.words())
	}
	d.status("itemMeta/pubStatus", reference2(firstNode(item.child("pubstatus"), item.child("status"))))
	d.meta = content
	d.metaG2(item, content)
	for _, note := range append(item.all("ednote"), content.all("ednote")...) {
		d.leaveOut("editor's note", note.words())
	}
	d.linksG2(e, item)
}

func firstNode(list ...*wireNode) *wireNode {
	for _, n := range list {
		if n != nil {
			return n
		}
	}
	return nil
}

// reference2 is what an element of G2 names: by QCode, by address, by a free word, or as its text.
func reference2(n *wireNode) string {
	return first(n.attr("qcode"), n.attr("uri"), n.attr("literal"), n.child("name").words(), n.words())
}

// lastWord is the code of a QCode or a NewsCode's address, in lower case.
func lastWord(s string) string {
	return strings.ToLower(s[strings.LastIndexAny(s, ":/#")+1:])
}

// metaG2 reads contentMeta.
func (d *wireDraft) metaG2(item, content *wireNode) {
	var others []string
	headlines, foreign := d.inLanguage(content.all("headline"))
	for _, h := range headlines {
		switch role := lastWord(h.attr("role")); {
		case d.headline.Value == "" && !strings.Contains(role, "sub"):
			d.headline = hub.Text{Value: h.words()}
		case strings.Contains(role, "sub"):
			others = append(others, h.words())
		default:
			d.leaveOut("headline "+h.attr("role"), h.words()) // shorter or longer, for another channel
		}
	}
	for _, h := range foreign {
		d.leaveOut("headline in "+h.attr("lang"), h.words())
	}
	d.name, d.slug = item.child("title").words(), content.child("slugline").words()
	d.leaveOut("dateline", content.child("dateline").words())
	d.descriptionsG2(append(content.all("description"), item.all("description")...))
	d.credit = first(content.child("creditline").words(), d.credit)
	for _, by := range content.all("by") {
		d.author(hub.DraftAuthor{Name: by.words()})
	}
	for _, k := range content.all("keyword") {
		d.tag(k.words())
	}
	for _, name := range []string{"subject", "genre"} {
		for _, s := range content.all(name) {
			d.tag(d.nameOf(s))
		}
	}
	for _, place := range append(content.all("located"), content.all("subject")...) {
		for _, p := range place.every("position") {
			d.point(p.attr("latitude"), p.attr("longitude"))
		}
	}
	d.subtitles(others...)
}

// nameOf is a concept's name in the item's language, else its first, else the free word for it.
func (d *wireDraft) nameOf(n *wireNode) string {
	if names, _ := d.inLanguage(n.all("name")); len(names) > 0 {
		return names[0].words()
	}
	if n.attr("qcode") == "" && n.attr("uri") == "" {
		return n.attr("literal")
	}
	return ""
}

// inLanguage are those of several texts that are in the item's language, or do not say in which; all of them where none is.
func (d *wireDraft) inLanguage(list []*wireNode) (own, foreign []*wireNode) {
	for _, n := range list {
		if lang := n.attr("lang"); lang == "" || d.Language == "" || strings.EqualFold(mainLanguage(lang), mainLanguage(d.Language)) {
			own = append(own, n)
		} else {
			foreign = append(foreign, n)
		}
	}
	if len(own) == 0 {
		return foreign, nil
	}
	return own, foreign
}

func mainLanguage(tag string) string {
	main, _, _ := strings.Cut(tag, "-")
	return main
}

// descriptionsG2 tells a summary from a caption by its role.
func (d *wireDraft) descriptionsG2(list []*wireNode) {
	own, foreign := d.inLanguage(list)
	for _, n := range foreign {
		d.leaveOut("description in "+n.attr("lang"), n.words())
	}
	for _, n := range own {
		text := n.words()
		switch role := lastWord(n.attr("role")); {
		case text == "":
		case strings.Contains(role, "caption"):
			d.caption.Value = first(d.caption.Value, text)
		case strings.Contains(role, "creditline"):
			d.credit = first(d.credit, text)
		case d.Summary.Value == "":
			d.Summary = hub.Text{Value: text}
		default:
			d.leaveOut("description", text)
		}
	}
}

// peopleG2 names the creators of an item without a byline, else its agency.
func (d *wireDraft) peopleG2() {
	for _, name := range []string{"creator", "contributor", "infosource"} {
		if len(d.Authors) > 0 {
			return
		}
		for _, c := range d.meta.all(name) {
			role := lastWord(c.attr("role"))
			if writes := strings.Contains(role, "author") || role == "writer"; name == "contributor" && !writes || strings.Contains(role, "descrwriter") {
				continue
			}
			d.author(hub.DraftAuthor{Name: first(d.nameOf(c), c.attr("literal")), URL: webOnly(c.attr("uri"))})
		}
	}
	if len(d.Authors) == 0 {
		d.author(hub.DraftAuthor{Name: d.credit})
	}
}

func webOnly(s string) string {
	if isWeb(s) {
		return s
	}
	return ""
}
