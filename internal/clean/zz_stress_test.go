package clean

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func TestStress(t *testing.T) {
	for _, u := range []string{"<td>x", "<", "<p>Related</p>", "<td>x<pre>", "<p>Jane Doe</p>", "<img src=/x.jpg>"} {
_ = []string{"<b>", "<b></b>", "<p>x", "<p>x</p>", "<a href=/x>", "<a href=/x>y</a>", "<table>", "<td>x", "<table><tr><td>", "<li>x", "<ul>", "<ul><li>x</ul>", "&lt;p&gt;", "&amp;", "&amp;amp;", "<pre>", "<pre>x</pre>", "<br>", "<img src=/x.jpg>", "<img src=/x.jpg alt=q>q<p>", "a ", "(", "<", "<<", "&", "<i><p>", "<i>x<p>", "<figure><img src=/a.jpg>", "<figure><img src=/a.jpg></figure>", "<figure><img src=/a.jpg></figure><p class=caption>x</p>", "<noscript><img src=/a>", "<p><img src=/a><noscript><img src=/a></noscript>", "<p>Facebook | Twitter</p>", "<p>Related</p>", "<p>Related</p><p><a href=/x>y</a></p>", "<p>Read more: <a href=/x>y</a></p>", "By Jane Doe<br><br>", "<p>Jane Doe</p>", "A ", "Aa (", "ĐN ", "\u0301", "e\u0301", "\u202a", "<blockquote>", "<blockquote>x</blockquote>", "<dl><dt>x", "<dd>x", "<div>x</div>", "<svg>", "<math>", "<select><option>", "</p>", "</b>", "<b>x</p>", "<em>x<table>", "<style>", "<script>", "<!--", "<figcaption>x", "<h1>x</h1>", "<font color=", "x:y ", "1/1/2022 ", "<span class='caption x'>", "- ", "<code>x<pre>y", "<p>The lead.</p>", "<time datetime=2022>x", "<video src=/x>", "<audio><source src=/x>", "z"}
		n := 1 << 20
		markup := strings.Repeat(u, n/len(u))
		start := time.Now()
		_, err := Draft(hub.Draft{URL: "https://paper.example/a", Title: hub.Text{Value: markup, HTML: true}, Summary: hub.Text{Value: "The lead."}, Body: hub.Text{Value: markup, HTML: true}}, hub.Document{}, Setting{Explain: true})
		d1 := time.Since(start)
		start = time.Now()
		Draft(hub.Draft{Summary: hub.Text{Value: markup, HTML: false}, Title: hub.Text{Value: markup, HTML: false}, Authors: []hub.DraftAuthor{{Name: markup}}, Tags: []string{markup}}, hub.Document{}, Setting{Explain: true})
		d2 := time.Since(start)
		if d1 > 1500*time.Millisecond || d2 > 800*time.Millisecond || err != nil {
			fmt.Printf("%-40q %8v %8v %v\n", u, d1.Round(time.Millisecond), d2.Round(time.Millisecond), err)
		}
	}
}
