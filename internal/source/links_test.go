package source

import (
	"strings"
	"testing"
)

// A list of links is read as one by its address or by hand, and never out of a folder of articles.
func TestAFolderHoldsArticlesAndNoLinks(t *testing.T) {
	sitemap := []byte(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/1</loc></url></urlset>`)
	if doc, err := Read(Input{Body: sitemap}); err != nil || doc.Kind != "sitemap" {
		t.Fatalf("by itself it is a %q (%v)", doc.Kind, err)
	}
	if doc, err := Read(Input{Body: sitemap, Path: "2026/sitemap.xml"}); err == nil {
		t.Errorf("a file gave %d drafts of kind %q", len(doc.Drafts), doc.Kind)
	} else if got := err.Error(); !strings.Contains(got, "sitemap") {
		t.Errorf("the error does not say what the file is: %s", got)
	}
}
