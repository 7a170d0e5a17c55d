package source

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"tinhub/internal/hub"
)

// TestHeldTextsAreTheParsers: what is kept from the parser and put back is what the parser itself would have made of it.
func TestHeldTextsAreTheParsers(t *testing.T) {
	long := strings.Repeat("chữ ", 20)
	texts := []string{
		long, "  <![CDATA[ " + long + " ]]>\n", "<![CDATA[" + long + "]]> x", "<![CDATA[" + long + "]]><![CDATA[x]]>", "<![CDATA[" + long + "<![CDATA[x]]>",
		long + "&lt;p&gt;&amp;amp;&quot;&#34;&#39;&apos;&#x1F600;&#128512;&hellip;&nbsp;&copy=2;&nosuch; & a & b; &;&#;&#x;", long + "&#0;", long + "&#xFFFE;", long + "&#55296;",
		long + "&#" + strings.Repeat("0", 70) + "65;", long + "&a b;&T&lt;&amp", long + "]]>", long + "]]&gt;", long + "\r\n\tx", long + "\x01", long + "\ufffe", long + "\x7f\u0085",
		long + "<b>x</b>", long + "<!-- x -->", long + "<?x y?>", long + textMark + "0", textMark + "0", "\x7f&#116;inhub:0", "&lt;div&gt;" + long + "&lt;/div&gt;", "aGVsbG8=" + strings.Repeat("aGVs", 40),
	}
	var docs []string
	for _, text := range texts {
		for _, attrs := range []string{"", ` type="html"`, ` type="text"`, ` type="xhtml"`, ` type="text/html" mode="escaped"`, ` mode="base64"`, ` type="image/png"`, ` type="html" type="text"`, ` x:type="html"`} {
			docs = append(docs, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="urn:x"><title>t</title><entry><id>1</id><title>t</title><content`+attrs+`>`+text+`</content><summary`+attrs+`>`+text+`</summary></entry></feed>`)
		}
		in := `<item><title>t</title><description>` + text + `</description><content:encoded>` + text + `</content:encoded></item>`
		short := strings.ReplaceAll(strings.ReplaceAll(`<item><link>T</link><title>T</title><pubDate>T</pubDate><guid isPermaLink="false">T</guid><category>T</category><category>U T</category></item>`, "T", text), long, "x")
		docs = append(docs, `<rss><channel>`+short+`<item/>`+short+`</channel></rss>`, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">`+short+`<channel>`+strings.ReplaceAll(short, "x", "y")+`</channel>`+in+`</rdf:RDF>`,
			`<rss><channel>`+strings.NewReplacer("<category>U", `<category domain="d">U`, "<title>", "<link>z</link><guid>z</guid><title>").Replace(short)+`</channel></rss>`,
			`<rss><channel>`+strings.NewReplacer("<pubDate>", "<pubdate>z</pubdate><pubDate>", "<title>", "<TITLE>z</TITLE><title>").Replace(short)+`</channel></rss>`)
		const modules = ` xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"`
		by := strings.Replace(in, "</item>", "<dc:creator>"+text+"</dc:creator><category>a</category><dc:creator> Lê Tú </dc:creator></item>", 1)
		docs = append(docs, `<rss`+modules+`><channel>`+by+`</channel></rss>`, `<rss`+modules+`><channel xmlns:dc="urn:x">`+by+`</channel></rss>`,
			`<rss`+modules+`><channel>`+strings.NewReplacer("<title>t</title>", "", "<description>", "<dc:description>", "</description>", "</dc:description>").Replace(by)+`</channel></rss>`,
			`<rss`+modules+` xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:d="http://purl.org/dc/elements/1.1/"><channel>`+strings.Replace(by, "</item>", "<d:creator>x</d:creator><d:date>y</d:date></item>", 1)+strings.Replace(by, "<content:", "<c:encoded>x</c:encoded><content:", 1)+`</channel></rss>`,
			`<rss`+modules+`><channel>`+strings.Replace(by, "<item>", `<item xmlns:content="urn:x">`, 1)+by+`</channel></rss>`, `<rss`+modules+` xmlns:dc="urn:x"><channel>`+by+`</channel></rss>`)
		docs = append(docs, `<rss><channel><title>t</title>`+in+in+`</channel></rss>`, `<rss><channel>`+strings.Replace(in, "</item>", "<description>"+long+"</description></item>", 1)+`</channel></rss>`,
			`<rss xmlns:content="urn:other" xmlns="urn:x"><channel>`+in+`</channel></rss>`, `<rss><channel><x xmlns="urn:x">`+in+`</x>`+in+`</channel></rss>`)
	}
	for _, f := range fixtures(t, "feed", 1) {
		if input := fileOf(f.Archive, "input"); input != nil {
			docs = append(docs, string(input))
		}
	}
	held := 0
	for _, doc := range docs {
		if heldAgrees(t, doc) {
			held++
		}
	}
	if held < len(texts) {
		t.Errorf("texts were held back in %d documents only", held)
	}
}

func FuzzHeldTexts(f *testing.F) {
	f.Add(`<rss><channel><item><title>a</title><link>b</link><guid isPermaLink="false">c</guid><category>d</category><description><![CDATA[e]]></description></item></channel></rss>`)
	f.Add(`<rss><channel><item><title>` + textMark + `0</title><pubDate>&#xD800;</pubDate><category x="">&amp;&lt;</category><category>]]&gt;</category></item><item/></channel></rss>`)
	f.Add(`<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title>a</title><dc:creator><![CDATA[ b ]]></dc:creator><content:encoded>c</content:encoded><dc:creator>d</dc:creator></item></channel></rss>`)
	f.Fuzz(func(t *testing.T, doc string) { heldAgrees(t, doc) })
}

// heldAgrees reads a document with and without its texts, and says whether any was held back.
func heldAgrees(t *testing.T, doc string) bool {
	t.Helper()
	pass, err := prepareXML(mendUTF8([]byte(doc), func(string) {}), "", &notes{})
	if err != nil || pass.root < 0 {
		return false
	}
	want, wantErr := parseWhole(pass.whole(), pass.index)
	got, gotErr := pass.parse()
	if wantErr == nil && gotErr == nil {
		if w, g := draftsOf(t, want, pass.index), draftsOf(t, got, pass.index); w != g {
			t.Errorf("%q\ngot  %s\nwant %s", clip(doc, 500), g, w)
		}
	} else if wantErr == nil || gotErr == nil {
		t.Errorf("%q\ngot  %v\nwant %v", clip(doc, 500), gotErr, wantErr)
	}
	_, ok := pass.marked()
	return ok
}

// draftsOf is all that a reader makes of what the parser made.
func draftsOf(t *testing.T, parsed any, index feedIndex) string {
	t.Helper()
	var doc hub.Document
	switch f := parsed.(type) {
	case *rss.Feed:
		(&rssReader{feed: f, index: index, doc: &doc}).read()
	case *atom.Feed:
		(&atomReader{feed: f, index: index, doc: &doc}).read()
	}
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
