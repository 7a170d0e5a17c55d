package source

import "testing"

func TestTheServersLanguageIsThatOfADocumentThatSaysNone(t *testing.T) {
	silent, spoken := `<rss version="2.0"><channel><title>T</title></channel></rss>`, `<rss version="2.0"><channel><title>T</title><language>en</language></channel></rss>`
	for _, c := range []struct{ name, doc, hint, want string }{
		{"none of its own", silent, "vi", "vi"},
		{"one of its own", spoken, "vi", "en"},
		{"a server with several", silent, "vi, en", ""},
		{"a server that says nothing", silent, "", ""},
	} {
		doc, err := Read(Input{Body: []byte(c.doc), Language: c.hint})
		if err != nil || doc.Language != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, doc.Language, err, c.want)
		}
	}
}
