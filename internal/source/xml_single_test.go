package source

import (
	"strings"
	"testing"
)

func TestALongTextThatStandsTwiceLeavesAStep(t *testing.T) {
	long := "<p>Bản thứ hai, khác bản đầu. " + strings.Repeat("chữ ", 4000) + "</p>"
	for name, second := range map[string]string{
		"in CDATA": "<![CDATA[" + long + "]]>",
		"escaped":  strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(long),
	} {
		doc, err := Read(Input{Body: []byte(`<rss version="2.0"><channel><title>T</title><item><guid>1</guid><description>Bản đầu.</description><description>` +
			second + `</description><title>Tin</title></item></channel></rss>`)})
		if err != nil || len(doc.Drafts) != 1 {
			t.Fatalf("%s: %d drafts, %v", name, len(doc.Drafts), err)
		}
		d := doc.Drafts[0]
		if d.Summary.Value != "Bản đầu." || d.Title.Value != "Tin" {
			t.Errorf("%s: %q, %q", name, d.Title.Value, d.Summary.Value)
		}
		if len(d.Steps) != 1 || !strings.HasPrefix(d.Steps[0].Before, "<p>Bản thứ hai") || d.Steps[0].After != "Bản đầu." {
			t.Errorf("%s: steps %v", name, d.Steps)
		}
	}
}
