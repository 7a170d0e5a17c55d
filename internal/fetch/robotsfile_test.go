package fetch

import (
	"strings"
	"testing"
	"time"
)

func TestARobotsFileIsReadAsTheRFCSays(t *testing.T) {
	const star = "User-agent: *\n"
	for _, c := range []struct {
		name, file string
		allowed    string // paths, split by spaces
		forbidden  string
	}{
		{"nothing", "", "/ /a", ""},
		{"everything forbidden", star + "Disallow: /", "", "/ /a /a?b"},
		{"an empty rule means nothing", star + "Disallow:", "/ /a", ""},
		{"an empty rule with a comment", star + "Disallow: # all welcome", "/ /a", ""},
		{"a prefix", star + "Disallow: /private", "/ /pub /Private", "/private /private/x /private.html /private?x=1"},
		{"no blank after the colon", "user-agent:*\ndisallow:/p", "/a", "/p"},
		{"odd casing", "USER-AGENT: *\nDiSaLLoW: /p", "/a", "/p"},
		{"blanks around everything", "  User-agent :  *  \n\tDisallow\t:\t/p\t ", "/a", "/p"},
		{"a mark of byte order", "\uFEFFUser-agent: *\nDisallow: /p", "/a", "/p"},
		{"lines that end with CR alone", "User-agent: *\rDisallow: /p\rDisallow: /q\r", "/a", "/p /q"},
		{"lines that end with CRLF", "User-agent: *\r\n\r\nDisallow: /p\r\n", "/a", "/p"},
		{"comments", "# hello\nUser-agent: * # all\nDisallow: /p # private\n#Disallow: /q", "/a /q", "/p"},
		{"no colon", "User-agent *\nDisallow /p", "/a", "/p"},
		{"common misspellings", "useragent: *\nDissallow: /p\nDisalow: /q", "/a", "/p /q"},
		{"rules before any group", "Disallow: /a\n" + star + "Disallow: /p", "/a", "/p"},
		{"a blank line ends no group", star + "\nDisallow: /p\n\nDisallow: /q", "/a", "/p /q"},
		{"our group before the star's", star + "Disallow: /\nUser-agent: Tinhub\nDisallow: /p", "/ /a", "/p"},
		{"our group first in the file", "User-agent: tinhub\nDisallow: /p\n" + star + "Disallow: /", "/ /a", "/p"},
		{"our group with a version", "User-agent: TinHub/2.0\nDisallow: /p\n" + star + "Disallow: /", "/a", "/p"},
		{"our group without a rule", star + "Disallow: /\nUser-agent: Tinhub\n", "/ /a", ""},
		{"our group twice", "User-agent: Tinhub\nDisallow: /p\nUser-agent: x\nDisallow: /a\nUser-agent: Tinhub\nDisallow: /q", "/a", "/p /q"},
		{"one group for several agents", "User-agent: x\nUser-agent: Tinhub\nUser-agent: y\nDisallow: /p", "/a", "/p"},
		{"others' groups", "User-agent: Tinhubber\nUser-agent: Tin\nUser-agent: Tinhub-News\nDisallow: /", "/ /a", ""},
		{"the longest rule decides", star + "Disallow: /p\nAllow: /p/open\nDisallow: /p/open/not", "/a /p/open /p/open/x", "/p /p/x /p/open/not"},
		{"Allow wins where two are as long", star + "Disallow: /p\nAllow: /p", "/p", ""},
		{"Allow wins in any order", star + "Allow: /p\nDisallow: /p", "/p", ""},
		{"a star counts as one octet", star + "Disallow: /*.html\nAllow: /page.htm", "/page.html /b.htm", "/a.html"},
		{"a dot is a dot", star + "Disallow: /*.pdf", "/apdf /a-pdf", "/a.pdf /x/y.pdf"},
		{"a pattern stands at the start", star + "Disallow: /a$\nDisallow: /b*c", "/x/a /x/bc", "/a /bc /b/x/c"},
		{"a pattern that begins with a star", star + "Disallow: *.php", "/a", "/a.php /x/a.php?y"},
		{"a star at the end", star + "Disallow: /p*", "/a", "/p /px"},
		{"stars in a row", star + "Disallow: /a***b", "/a", "/ab /axb"},
		{"a dollar at the end", star + "Disallow: /*.php$", "/a.php?x /a.php5", "/a.php"},
		{"a dollar in the middle is a dollar", star + "Disallow: /a$b", "/a /ab", "/a$b /a%24b"},
		{"the front page alone", star + "Disallow: /$", "/a /?x", "/"},
		{"all but the front page", star + "Disallow: /\nAllow: /$", "/", "/a /?x"},
		{"a query", star + "Disallow: /*?print=", "/a /a?x=1", "/a?print=1"},
		{"an escape in the file", star + "Disallow: /tin-t%E1%BB%A9c", "/tin", "/tin-t%E1%BB%A9c /tin-t%e1%bb%a9c"},
		{"none in the file", star + "Disallow: /tin-tức", "/tin", "/tin-t%E1%BB%A9c"},
		{"an escape that needs none", star + "Disallow: /%62%61z", "/b", "/baz /b%61z"},
		{"an escaped slash is another", star + "Disallow: /a%2Fb", "/a/b", "/a%2fb"},
		{"an escaped star is a star", star + "Disallow: /a%2Ab", "/axb", "/a*b /a%2Ab"},
		{"broken escapes", star + "Disallow: /a%zz%", "/a", "/a%zz%"},
		{"no slash at the start", star + "Disallow: p", "/a", "/p"},
		{"a sitemap in between", "User-agent: x\nSitemap: https://a.example/s.xml\nUser-agent: Tinhub\nDisallow: /p", "/a", "/p"},
		{"unknown lines in between", star + "Noindex: /a\nDisallow: /p\nfoo\n:\n::\n", "/a", "/p"},
		{"an HTML page", "<!DOCTYPE html>\n<pre>\nUser-agent: *\nDisallow: /\n</pre>", "/ /a", ""},
		{"garbage", "\x00\x01\xff\xfeUser\x00-\x00agent", "/ /a", ""},
		{"what is not UTF-8", star + "Disallow: /\xe9t\xe9", "/a", "/%E9t%E9"},
		{"an agent with a comment after its star", "User-agent: * all of you\nDisallow: /p", "/a", "/p"},
		{"Crawl-delay ends no list of agents", "User-agent: Tinhub\nCrawl-delay: 2\nUser-agent: x\nDisallow: /p", "/a", "/p"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := parseRobots([]byte(c.file), "Tinhub")
			for _, path := range strings.Fields(c.allowed) {
				if r := f.decide(path); r != nil && !r.allow {
					t.Errorf("%s is forbidden by line %d, %s", path, r.line, r)
				}
			}
			for _, path := range strings.Fields(c.forbidden) {
				if r := f.decide(path); r == nil || r.allow {
					t.Errorf("%s is allowed", path)
				}
			}
		})
	}
}

func TestACrawlDelayIsReadAndBounded(t *testing.T) {
	for file, want := range map[string]time.Duration{
		"User-agent: *\nDisallow:":                                                      0,
		"User-agent: *\nCrawl-delay: 5":                                                 5 * time.Second,
		"User-agent: *\nCRAWL-DELAY:0.5":                                                500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 3600":                                              time.Minute,
		"User-agent: *\nCrawl-delay: 1e300":                                             time.Minute,
		"User-agent: *\nCrawl-delay: inf":                                               time.Minute,
		"User-agent: *\nCrawl-delay: -1":                                                0,
		"User-agent: *\nCrawl-delay: NaN":                                               0,
		"User-agent: *\nCrawl-delay: soon\nDisallow: /p":                                0,
		"Crawl-delay: 5\nUser-agent: *\nDisallow:":                                      0,
		"User-agent: *\nCrawl-delay: 9\nDisallow: /q\nUser-agent: Tinhub\nDisallow: /p": 0,
		"User-agent: x\nCrawl-delay: 9":                                                 0,
		"User-agent: *\nRequest-rate: 1/5":                                              5 * time.Second,
		"User-agent: *\nRequest-rate: 2/1m 0800-1200":                                   30 * time.Second,
		"User-agent: *\nRequest-rate: 30/1h":                                            time.Minute,
		"User-agent: *\nRequest-rate: 1/10s\nCrawl-delay: 2":                            10 * time.Second,
		"User-agent: *\nRequest-rate: 0/1":                                              0,
		"User-agent: *\nRequest-rate: 1/":                                               0,
		"User-agent: *\nRequest-rate: 1/s":                                              0,
	} {
		if got := parseRobots([]byte(file), "Tinhub").delay; got != want {
			t.Errorf("%q: got %s, want %s", file, got, want)
		}
	}
}

func TestAHostileRobotsFileCostsLittle(t *testing.T) {
	star := "User-agent: *\n"
	for name, file := range map[string]string{
		"very many rules":    star + strings.Repeat("Disallow: /a*b$\n", maxRobotsBytes/16),
		"very many stars":    star + "Disallow: /" + strings.Repeat("*a", maxURL/2-2) + "$\n",
		"very many of those": star + strings.Repeat("Disallow: /"+strings.Repeat("*a", maxURL/2-2)+"$\n", maxRobotsBytes/maxURL),
		"one endless line":   star + "Disallow: /" + strings.Repeat("a", maxRobotsBytes),
		"very many agents":   strings.Repeat("User-agent: a\n", maxRobotsBytes/14),
	} {
		start := time.Now()
		f := parseRobots([]byte(file), "Tinhub")
		f.decide("/" + strings.Repeat("a", maxURL-1))
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
		if len(f.rules) > maxRobotsRules || f.cost() > 16<<20 {
			t.Errorf("%s: keeps %d rules, %d bytes", name, len(f.rules), f.cost())
		}
	}
}

func FuzzARobotsFileNeverFailsAndAnEmptyOneNeverForbids(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /%61", "/a/b")
	f.Add("\uFEFFuser-agent:tinhub\rdisallow:*", "/")
	f.Add("User-agent: *\nRequest-rate: 1/5m\nCrawl-delay: 3", "/x?y")
	f.Fuzz(func(t *testing.T, file, path string) {
		r := parseRobots([]byte(file), "Tinhub")
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Errorf("a delay of %s", r.delay)
		}
		if rule := r.decide(path); rule != nil && rule.size > 3*(maxURL+1)+1 {
			t.Errorf("a rule of %d octets", rule.size)
		}
		// One escaping: what is written in it already stays as it is.
		if once := robotsEscape(path, true); robotsEscape(once, true) != once {
			t.Errorf("%q becomes %q becomes %q", path, once, robotsEscape(once, true))
		}
	})
}
