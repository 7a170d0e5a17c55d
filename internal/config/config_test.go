package config

import (
	"errors"
	"flag"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones on a machine without them

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tinhub/internal/hub"
)

var update = flag.Bool("update", false, "write the golden files anew")

func none(string) (string, bool) { return "", false }

func from(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { s, ok := vars[name]; return s, ok }
}

func section(a *txtar.Archive, name string) (*txtar.File, bool) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			return &a.Files[i], true
		}
	}
	return nil, false
}

// Each file holds an environment, a broken configuration and the exact words it is refused with.
func TestBrokenConfigurationsAreRefusedWithEveryMistakeAndItsPlace(t *testing.T) {
	paths, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(paths) < 25 {
		t.Fatalf("%d cases (%v), want at least 25", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			env, _ := section(a, "env")
			yaml, _ := section(a, "tinhub.yaml")
			want, ok := section(a, "want")
			if !ok {
				t.Fatal("the case has no want")
			}
			vars := map[string]string{}
			for line := range strings.Lines(string(env.Data)) {
				k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
				vars[k] = v
			}
			c, err := Parse("tinhub.yaml", yaml.Data, from(vars))
			if err == nil {
				t.Fatalf("accepted: %+v", c)
			}
			if strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the error tells a secret: %v", err)
			}
			here, _ := os.Getwd()
			got := strings.ReplaceAll(err.Error(), here, "/here") + "\n"
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestAFileWithEveryKeyOfTheSurfaceLoads(t *testing.T) {
	c, err := Load("testdata/surface.yaml", from(map[string]string{
		"TINHUB_CMS_KEY": "cms-key", "TINHUB_ADMIN_TOKEN": "token", "TINHUB_DOI_TAC_KEY": "partner", "TINHUB_APP_SECRET": "hook",
	}))
	if err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	hcm, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	bangkok, err := time.LoadLocation("Asia/Bangkok")
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Site:   hub.Site{Title: "Báo Sông Xanh", URL: "http://127.0.0.1:8080", Language: "vi", Location: hcm},
		Listen: "127.0.0.1:8080", Store: "file:" + filepath.Join(folder, "data/tinhub.db"),
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32")},
		Sections: []hub.Section{
			{ID: "xay-dung", Title: "Xây dựng", Description: "Công trình và quy hoạch", Language: "vi", Edition: "vi", Image: "https://news.example/xay-dung.png"},
			{ID: "the-thao", Title: "Thể thao", Language: "vi"},
		},
		Sources: []hub.Source{
			{
				ID: "feed-1", Title: "Nguồn một", Kind: hub.KindFeed, URL: "https://news.example/rss/xay-dung.rss?edition=1",
				Sections: []string{"xay-dung"}, Every: 5 * time.Minute, Location: bangkok, Language: "vi-VN", Format: "feed", Priority: 3,
				Headers: map[string]string{"X-Client": "tinhub"}, Username: "hub", Password: "p4ss word", Proxy: "http://proxy.example:3128",
				HoldFuture: true,
				Select:     hub.Selectors{Items: ".list > li", Link: "a", Title: "h2", Date: "time", Body: "#content", Remove: ".ad, .related"},
			},
			{
				ID: "hub-1", Title: "hub-1", Kind: hub.KindFeed, URL: "https://news.example/hub.atom", Every: 15 * time.Minute, Location: hcm,
				Match: map[string]string{"Thể thao": "the-thao", "Xây dựng": "xay-dung"},
			},
			{
				ID: "page-1", Title: "page-1", Kind: hub.KindPage, URL: "https://news.example/a.html", Every: 15 * time.Minute, Location: hcm,
				Sections: []string{"xay-dung", "the-thao"},
			},
			{
				ID: "files-1", Title: "files-1", Kind: hub.KindFiles, Path: filepath.Join(folder, "articles/*.txt"), Root: filepath.Join(folder, "articles"),
				Every: 5 * time.Second, Location: hcm, Sections: []string{"xay-dung"},
			},
			{ID: "cms", Title: "cms", Kind: hub.KindPush, Location: hcm, Sections: []string{"xay-dung"}, Key: "cms-key"},
			{ID: "wire", Title: "wire", Kind: hub.KindPush, Location: hcm, Sections: []string{"the-thao"}, Key: "wire-key"},
		},
		AllowPrivate: true, AdminToken: "token", Dedupe: 0,
		Keep:     hub.Keep{Items: 36 * time.Hour, Events: 1000, Views: 35 * day},
		LogLevel: slog.LevelDebug,
		Unused: []string{
			"keep.source_bytes", "keep.versions", "partners", "push", "sections[0].guid", "sections[0].paths",
			"sections[0].quota", "webhooks",
		},
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	samePrefix := cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })
	if diff := cmp.Diff(want, c, sameZone, samePrefix); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestEveryFormatAFileMayHaveIsTaken(t *testing.T) {
	for word, want := range map[string]string{
		"auto": "", "feed": "feed", "page": "page", "text": "text", "ninjs": "ninjs", "newsml": "newsml", "nitf": "nitf",
	} {
		c, err := Parse("tinhub.yaml", []byte("site: {title: T, url: http://hub.example}\nsections: [{id: news, title: News}]\n"+
			"sources: [{id: w, kind: files, path: wires/*, section: news, format: "+word+"}]\n"), none)
		if err != nil {
			t.Errorf("%s: %v", word, err)
		} else if got := c.Sources[0].Format; got != want {
			t.Errorf("%s: %q", word, got)
		}
	}
}

func TestTheExamplesLoad(t *testing.T) {
	env := from(map[string]string{"TINHUB_NEWSROOM_KEY": "k", "TINHUB_ADMIN_TOKEN": "t"})
	if c, err := Load("testdata/example.yaml", env); err != nil {
		t.Error(err)
	} else if len(c.Sources) != 7 || len(c.Unused) != 0 {
		t.Errorf("%d sources, unused %v; want 7 and none", len(c.Sources), c.Unused)
	}
	c, err := Parse("tinhub.yaml", []byte(example), none)
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	if want := "file:" + filepath.Join(here, "data/tinhub.db"); c.Store != want || c.Listen != "127.0.0.1:8080" {
		t.Errorf("store %q listen %q, want %q and the default", c.Store, c.Listen, want)
	}
	if want := (hub.Keep{Items: 365 * day, Events: 1_000_000, Views: 35 * day}); c.Keep != want || c.Dedupe != 30*time.Minute {
		t.Errorf("keep %+v, dedupe %s; want the defaults of the surface", c.Keep, c.Dedupe)
	}
	if c.AdminToken != "" || c.AllowPrivate || c.LogLevel != slog.LevelInfo {
		t.Errorf("a file that does not say so has admin %q, private networks %v, log level %s", c.AdminToken, c.AllowPrivate, c.LogLevel)
	}
}

func TestAListingAndASitemapHaveWhatEverySourceOnTheWebHas(t *testing.T) {
	for _, kind := range []hub.SourceKind{hub.KindListing, hub.KindSitemap} {
		c, err := Parse("tinhub.yaml", []byte(`site: {title: T, url: http://hub.example}
sections: [{id: news, title: News}]
sources:
  - {id: a, kind: `+string(kind)+`, url: "https://x.example/list", section: news, every: 20m, headers: {X-Key: k}, username: u, password: p,
     proxy: "http://proxy.example:3128", timezone: Asia/Bangkok, language: th, priority: 3, select: {body: .text, remove: .ad}}
`), none)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		s := c.Sources[0]
		if s.Kind != kind || s.URL != "https://x.example/list" || s.Every != 20*time.Minute || s.Headers["X-Key"] != "k" || s.Username != "u" ||
			s.Password != "p" || s.Proxy == "" || s.Priority != 3 || s.Select != (hub.Selectors{Body: ".text", Remove: ".ad"}) {
			t.Errorf("%s: got %+v", kind, s)
		}
	}
}

func TestAMissingFileSaysHowToWriteOne(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "tinhub.yaml"), none)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, want an error that wraps fs.ErrNotExist", err)
	}
	for _, want := range []string{"tinhub.yaml", "sections:", "serve --demo"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not speak of %q:\n%v", want, err)
		}
	}
	if _, err := Load(t.TempDir(), none); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder as configuration: %v", err)
	}
}

func TestAFileAbove4MiBIsRefused(t *testing.T) {
	big := []byte(example + "# " + strings.Repeat("x", maxFile))
	path := filepath.Join(t.TempDir(), "tinhub.yaml")
	if err := os.WriteFile(path, big, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, none); !errors.Is(err, errTooLarge) {
		t.Errorf("Load: %v", err)
	}
	if _, err := Parse(path, big, none); err == nil || !strings.Contains(err.Error(), "4 MiB") {
		t.Errorf("Parse: %v", err)
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	file := example + "listen: 127.0.0.1:1\nstore: file:a.db\nlog_level: error\n"
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		env           map[string]string
		listen, store string
		url           string
		level         slog.Level
	}{
		"nothing set":                  {nil, "127.0.0.1:1", "file:" + here + "/a.db", "https://feeds.example.org", slog.LevelError},
		"empty counts as not set":      {map[string]string{"TINHUB_LISTEN": "", "PORT": "", "TINHUB_STORE": "", "REDIS_URL": ""}, "127.0.0.1:1", "file:" + here + "/a.db", "https://feeds.example.org", slog.LevelError},
		"a hosting platform's names":   {map[string]string{"PORT": "5000", "REDIS_URL": "redis://:pw@r:6379/1"}, "0.0.0.0:5000", "redis://:pw@r:6379/1", "https://feeds.example.org", slog.LevelError},
		"our names win over theirs":    {map[string]string{"PORT": "5000", "TINHUB_LISTEN": ":7", "REDIS_URL": "redis://r", "TINHUB_STORE": "memory:"}, ":7", "memory:", "https://feeds.example.org", slog.LevelError},
		"the site's address and level": {map[string]string{"TINHUB_SITE_URL": "http://other.example/hub/", "TINHUB_LOG_LEVEL": "WARN"}, "127.0.0.1:1", "file:" + here + "/a.db", "http://other.example/hub", slog.LevelWarn},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse("tinhub.yaml", []byte(file), from(tc.env))
			if err != nil {
				t.Fatal(err)
			}
			if c.Listen != tc.listen || c.Store != tc.store || c.Site.URL != tc.url || c.LogLevel != tc.level {
				t.Errorf("got %s %s %s %s", c.Listen, c.Store, c.Site.URL, c.LogLevel)
			}
		})
	}
	noURL := strings.Replace(file, "  url: https://feeds.example.org\n", "", 1)
	if _, err := Parse("tinhub.yaml", []byte(noURL), from(map[string]string{"TINHUB_SITE_URL": "http://a.example"})); err != nil {
		t.Errorf("a site whose address comes from the environment alone: %v", err)
	}
}

func TestStoreURLsAreNormalised(t *testing.T) {
	for in, want := range map[string]string{
		"file:data/tinhub.db":              "file:/etc/tinhub/data/tinhub.db",
		"file:../x.db":                     "file:/etc/x.db",
		"file:/var/lib/t.db":               "file:/var/lib/t.db",
		"file:///var/lib/t.db":             "file:/var/lib/t.db",
		"memory:":                          "memory:",
		"memory: # nothing kept":           "memory:",
		`"memory:"`:                        "memory:",
		"redis://:pw@r:6379/0?prefix=a":    "redis://:pw@r:6379/0?prefix=a",
		"rediss://r":                       "rediss://r",
		"redis+cluster://h1:1,h2:2?wait=1": "redis+cluster://h1:1,h2:2?wait=1",
		"redis+sentinel://h1:1,h2:2/main":  "redis+sentinel://h1:1,h2:2/main",
		"rediss+cluster://h1:1,h2:2":       "rediss+cluster://h1:1,h2:2",
		"rediss+sentinel://h1:1/main":      "rediss+sentinel://h1:1/main",
	} {
		c, err := Parse("/etc/tinhub/tinhub.yaml", []byte(example+"store: "+in+"\n"), none)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if c.Store != want {
			t.Errorf("%s: got %s, want %s", in, c.Store, want)
		}
	}
}

func TestAPatternHasItsFixedFolderAsRoot(t *testing.T) {
	for _, tc := range [][4]string{
		{"/etc/t/tinhub.yaml", "articles/*.txt", "/etc/t/articles/*.txt", "/etc/t/articles"},
		{"/etc/t/tinhub.yaml", "*.txt", "/etc/t/*.txt", "/etc/t"},
		{"/etc/t/tinhub.yaml", "/srv/a/b*/c/*.html", "/srv/a/b*/c/*.html", "/srv/a"},
		{"/etc/t/tinhub.yaml", "a/one.xml", "/etc/t/a/one.xml", "/etc/t/a"},
		{"/etc/t/tinhub.yaml", "../in/[ab].xml", "/etc/in/[ab].xml", "/etc/in"},
		{"/etc/t[1]/tinhub.yaml", "in/?.xml", "/etc/t[1]/in/?.xml", "/etc/t[1]/in"},
	} {
		file := strings.Replace(example, "kind: feed\n    url: https://www.example.org/rss.xml", "kind: files\n    path: \""+tc[1]+"\"", 1)
		c, err := Parse(tc[0], []byte(file), none)
		if err != nil {
			t.Errorf("%s: %v", tc[1], err)
		} else if s := c.Sources[0]; s.Path != tc[2] || s.Root != tc[3] {
			t.Errorf("%s: got %s below %s, want %s below %s", tc[1], s.Path, s.Root, tc[2], tc[3])
		}
	}
}

func TestDurationsAreGosWithDays(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "1d": day, "1.5d": 36 * time.Hour, "1d12h": 36 * time.Hour,
		"365d": 365 * day,
	} {
		if d, ok := parseDuration(in); !ok || d != want {
			t.Errorf("%s: got %s %v, want %s", in, d, ok, want)
		}
	}
	for _, in := range []string{"", "5", "d", "-1d", "1d-2h", "1d2d", "1h1d", "999999d", "5x", "-5s", "1 d"} {
		if d, ok := parseDuration(in); ok {
			t.Errorf("%q is taken for %s", in, d)
		}
	}
}

func TestSizesCarryTheirUnit(t *testing.T) {
	for in, want := range map[string]int64{"0B": 0, "12B": 12, "3KiB": 3072, "64MiB": 64 << 20, "2 GiB": 2 << 30} {
		r := &reader{file: "f", env: from(map[string]string{"S": in})}
		v, _ := r.environment("S")
		if got := v.size(); got != want || len(r.mistakes) > 0 {
			t.Errorf("%s: got %d, mistakes %v; want %d", in, got, r.mistakes, want)
		}
	}
}

func TestAnchorsAndMergeKeysAreFollowed(t *testing.T) {
	c, err := Parse("tinhub.yaml", []byte(`
site: {title: T, url: http://hub.example}
sections: [{id: news}]
sources:
  - &base
    id: a
    kind: feed
    url: &u http://x.example/a
    section: news
    every: 1h
  - <<: *base
    id: b
    every: 2h
  - {id: c, kind: page, url: *u, section: news}
`), none)
	if err != nil {
		t.Fatal(err)
	}
	if b := c.Sources[1]; b.ID != "b" || b.Every != 2*time.Hour || b.URL != "http://x.example/a" {
		t.Errorf("merged source: %+v", b)
	}
	if c.Sources[2].URL != "http://x.example/a" {
		t.Errorf("aliased value: %+v", c.Sources[2])
	}
}

func TestAtMostFiftyMistakesArePrinted(t *testing.T) {
	var b strings.Builder
	b.WriteString(example)
	for range 80 {
		b.WriteString("  - {id: front-page, kind: feed, url: https://x.example, section: news}\n")
	}
	_, err := Parse("tinhub.yaml", []byte(b.String()), none)
	ms, ok := errors.AsType[Mistakes](err)
	if !ok || len(ms) != 80 {
		t.Fatalf("got %d mistakes, want 80", len(ms))
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 51 || lines[50] != "… and 30 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

func TestAliasesCannotMakeASmallFileEndless(t *testing.T) {
	var b strings.Builder
	b.WriteString("site: {title: T, url: http://hub.example}\nsections:\n  - id: a\n    paths: &p [")
	b.WriteString(strings.Repeat("x,", 20_000))
	b.WriteString("]\n")
	for range 2_000 {
		b.WriteString("  - {paths: *p}\n")
	}
	start := time.Now()
	_, err := Parse("tinhub.yaml", []byte(b.String()), none)
	ms, ok := errors.AsType[Mistakes](err)
	if !ok || len(ms) > maxKept {
		t.Fatalf("got %d mistakes and %T", len(ms), err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "testdata/broken/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("no seeds at %s: %v", pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			if a := txtar.Parse(data); len(a.Files) > 1 {
				data = a.Files[1].Data
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("/nowhere/tinhub.yaml", data, none)
		switch {
		case err != nil:
			if err.Error() == "" {
				t.Error("an error without words")
			}
		case c.Site.URL == "" || c.Site.Location == nil || c.Store == "" || c.Listen == "" || len(c.Sections) == 0:
			t.Errorf("accepted without what every configuration has: %+v", c)
		default:
			for _, s := range c.Sources {
				if s.ID == "" || s.Kind == "" || s.Location == nil || len(s.Sections)+len(s.Match) == 0 {
					t.Errorf("accepted a source without what every source has: %+v", s)
				}
			}
		}
	})
}
