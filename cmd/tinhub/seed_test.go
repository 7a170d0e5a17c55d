package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inspected runs the verb in this process.
func inspected(t *testing.T, args ...string) map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &out, err: &errs, env: os.LookupEnv}
	if code := run(t.Context(), append([]string{"inspect"}, args...), term); code != exitDone {
		t.Fatalf("inspect %v ended with %d:\n%s", args, code, errs.String())
	}
	var feed map[string]any
	if err := json.Unmarshal(out.Bytes(), &feed); err != nil {
		t.Fatalf("inspect %v: %v", args, err)
	}
	return feed
}

func texts(t *testing.T, v any) []string {
	t.Helper()
	var list []string
	for _, x := range v.([]any) {
		list = append(list, x.(string))
	}
	return list
}

// The real article this hub was begun for, where it is at hand; testdata/script/inspect.txtar covers the same ground with an
// article of our own.
func TestTheSeedArticleIsOneCleanItem(t *testing.T) {
	seeds, err := filepath.Glob("../../../shared/data/seed-article.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range seeds {
		raw, err := os.ReadFile(seed)
		if err != nil {
			t.Fatal(err)
		}
		feed := inspected(t, seed, "--kind", "text", "--timezone", "Asia/Ho_Chi_Minh", "--explain")
		items := feed["items"].([]any)
		if len(items) != 1 {
			t.Fatalf("%d items", len(items))
		}
		item := items[0].(map[string]any)
		ours := item["_tinhub"].(map[string]any)
		for key, want := range map[string]string{
			"title":          "Đảng bộ Khối các cơ quan tỉnh và khối doanh nghiệp tỉnh tổng kết công tác xây dựng Đảng",
			"date_published": "2022-01-14T02:01:00+07:00",
			"language":       "vi",
		} {
			if item[key] != want {
				t.Errorf("%s is %v, want %s", key, item[key], want)
			}
		}
		if a := item["authors"].([]any); len(a) != 1 || a[0].(map[string]any)["name"] != "Phương Hằng" {
			t.Errorf("authors %v", a)
		}
		if s := item["summary"].(string); !strings.HasPrefix(s, "(ĐN) - Sáng 14-1") && !strings.HasPrefix(s, "Sáng 14-1") {
			t.Errorf("summary %q", s)
		}
		captions := texts(t, ours["captions"])
		if len(captions) != 2 {
			t.Errorf("captions %q", captions)
		}
		checkSeedSteps(t, string(raw), item)
		checkSeedBody(t, string(raw), item["content_text"].(string), captions)
		if a := ours["alternates"].([]any); len(a) != 1 || a[0].(map[string]any)["language"] != "en" {
			t.Errorf("alternates %v", a)
		}
	}
}

// checkSeedSteps: what the item does not have, a step has.
func checkSeedSteps(t *testing.T, raw string, item map[string]any) {
	t.Helper()
	var steps strings.Builder
	for _, s := range item["_tinhub"].(map[string]any)["steps"].([]any) {
		steps.WriteString(s.(map[string]any)["before"].(string) + "\n")
	}
	for _, line := range []string{"En", "02:01, 14/01/2022", "Phương Hằng", "Tin xem nhiều", "(ĐN) - Sáng 14-1", "Bí thư Đảng ủy Khối các cơ quan tỉnh Bùi Quang Huy phát biểu"} {
		if !strings.Contains(raw, line) || !strings.Contains(steps.String(), line) {
			t.Errorf("no step tells of %q", line)
		}
	}
}

// checkSeedBody holds the body against the raw text: every paragraph that is longer than a caption, once, in order.
func checkSeedBody(t *testing.T, raw, body string, captions []string) {
	t.Helper()
	at := 0
	blocks := strings.Split(strings.ReplaceAll(raw, "\r\n", "\n"), "\n\n")
	for i, block := range blocks {
		block = strings.TrimSpace(block)
		first, _, _ := strings.Cut(block, "\n")
		if len(block) < 200 || i < 5 || slices.Contains(captions, first) {
			continue
		}
		where := strings.Index(body[at:], strings.TrimPrefix(block, "* "))
		if where < 0 {
			t.Errorf("lost, doubled or out of order: %.80s", block)
			continue
		}
		at += where + len(block) - 2
		if strings.Count(body, strings.TrimPrefix(block, "* ")) != 1 {
			t.Errorf("doubled: %.80s", block)
		}
	}
	if !strings.Contains(body, "Sáng cùng ngày, Đảng ủy Khối doanh nghiệp tỉnh") {
		t.Error("the part after * is lost")
	}
	for _, out := range []string{"Tin xem nhiều", "Phương Hằng", "(ĐN) - Sáng 14-1", "\nEn\n"} {
		if strings.Contains(body, out) {
			t.Errorf("the body has %q", out)
		}
	}
}

// Feeds of real publishers, where they are at hand; the fixtures of package source cover the same ground.
func TestEveryItemOfTheRealFeedsComesOut(t *testing.T) {
	feeds, err := filepath.Glob("../../../shared/data/feeds/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range feeds {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.Count(raw, []byte("<item>")) + bytes.Count(raw, []byte("<item ")) + bytes.Count(raw, []byte("<entry>"))
		if strings.HasSuffix(file, ".json") {
			var doc struct{ Items []any }
			if err := json.Unmarshal(raw, &doc); err != nil {
				t.Fatal(err)
			}
			want = len(doc.Items)
		}
		if got := len(inspected(t, file)["items"].([]any)); got != want || want == 0 {
			t.Errorf("%s: %d items of %d", filepath.Base(file), got, want)
		}
	}
}
