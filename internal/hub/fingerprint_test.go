package hub

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// written is a text of n made-up words, the same for the same seed.
func written(seed uint64, n int) []string {
	r := rand.New(rand.NewPCG(seed, 7))
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("%c%c%c%d", 'a'+r.IntN(26), 'a'+r.IntN(26), 'a'+r.IntN(26), 0)
		words[i] = words[i][:3]
	}
	return words
}

// edit changes about one word in every n.
func edit(words []string, every int) []string {
	out := slices.Clone(words)
	for i := every / 2; i < len(out); i += every {
		out[i] = "sửa"
	}
	return out
}

func TestCopiesOfATextAreFoundByItsKeysAndTwoTextsAreNot(t *testing.T) {
	missed := 0
	const texts = 300
	for seed := range uint64(texts) {
		words := written(seed, 60+int(seed)*3)
		f := NewFingerprint("", strings.Join(words, " "))
		copied := NewFingerprint("", "hà nội theo tin của hãng "+strings.Join(edit(words, 120), " "))
		shared := slices.ContainsFunc(f.Keys(), func(k string) bool { return slices.Contains(copied.Keys(), k) })
		if !shared || f.alike(copied) < nearly {
			missed++
		}
		other := NewFingerprint("", strings.Join(written(seed+1000, 60+int(seed)*3), " "))
		if f.alike(other) > 0.1 {
			t.Fatalf("two texts of %d words that have nothing in common are alike to %.2f", len(words), f.alike(other))
		}
	}
	if missed > texts/50 {
		t.Errorf("%d of %d edited copies were missed", missed, texts)
	}
}

func TestAFingerprintIsAlikeToItself(t *testing.T) {
	for _, text := range []string{report, "tám chữ là đủ để nói một điều", strings.Join(written(1, 5000), " ")} {
		f := NewFingerprint("tiêu đề 5", text)
		if f == "" || f.alike(f) != 1 {
			t.Errorf("%.20q: %q is alike to itself to %.2f", text, f, f.alike(f))
		}
		if len(f) > 256 {
			t.Errorf("a fingerprint of %d bytes", len(f))
		}
	}
	if f := NewFingerprint("một tiêu đề rất dài nhưng không có bài nào cả", "bài quá ngắn"); f != "" {
		t.Errorf("a text of three words has the fingerprint %q", f)
	}
}

func TestAFingerprintIsOfTheWordsAlone(t *testing.T) {
	folded := NewFingerprint("cầu mới 2", "đường nước ở é û ő straße дом 桥 dài 780 mét hay 1 200 x y z chữ nữa thôi")
	written := NewFingerprint("CẦU MỚI: 2!", "“Đường” NƯỚC ở É, Û; Ő – straße\u00a0Дом/桥 (dài 780 mét) hay 1.200 x×y÷z chữ nữa thôi…\xff")
	if folded != written {
		t.Errorf("%q is not %q", written, folded)
	}
	if other := NewFingerprint("cầu mới 2", "đường nước ở é û ő straße дом 桥 dài 781 mét hay 1 200 x y z chữ nữa thôi"); other == folded {
		t.Error("another number makes no difference")
	}
}

// The hash of a run is rolled along the text: it must be that of the run alone.
func TestARunIsTheSameWhereverItStands(t *testing.T) {
	p, _ := NewFingerprint("", strings.Join(written(3, longWords), " ")).decode()
	q, _ := NewFingerprint("", "mở đầu khác "+strings.Join(written(3, longWords), " ")).decode()
	for _, h := range p.runs.list() {
		if !slices.Contains(q.runs.list(), h) {
			t.Errorf("%x is not among %x", h, q.runs.list())
		}
	}
}

func TestHalfATextIsNotTheText(t *testing.T) {
	words := strings.Fields(report)
	whole, half := NewFingerprint("", report), NewFingerprint("", strings.Join(words[:len(words)/2], " "))
	if a := whole.alike(half); a >= nearly {
		t.Errorf("alike to %.2f", a)
	}
}

func TestNumbersTellReportsOfTwoDaysApart(t *testing.T) {
	prices := func(day string, n ...string) Fingerprint {
		return NewFingerprint("giá vàng hôm nay "+day, "giá vàng miếng sáng nay ở mức "+n[0]+" triệu đồng mua vào và "+n[1]+
			" triệu đồng bán ra tại hà nội còn tại thành phố hồ chí minh là "+n[2]+" và "+n[3]+" triệu đồng một lượng so với hôm qua")
	}
	a, b := prices("15", "74", "76", "74", "75"), prices("16", "73", "77", "71", "78")
	if a.alike(b) != 0 {
		t.Errorf("alike to %.2f", a.alike(b))
	}
	if a.alike(prices("15", "74", "76", "74", "75")) != 1 {
		t.Error("the same report is not alike to itself")
	}
}

func FuzzFingerprint(f *testing.F) {
	f.Add("AQ", "x")
	f.Add(string(NewFingerprint("a 1", report)), report)
	f.Fuzz(func(t *testing.T, a, text string) {
		g := NewFingerprint(a, text)
		if x := Fingerprint(a).alike(g); x < 0 || x > 1 {
			t.Fatalf("alike to %v", x)
		}
		if x, y := Fingerprint(a).alike(g), g.alike(Fingerprint(a)); x != y {
			t.Fatalf("%v one way and %v the other", x, y)
		}
		if len(Fingerprint(a).Keys()) > textKeys || len(g.Keys()) > textKeys {
			t.Fatal("too many keys")
		}
	})
}

func BenchmarkFingerprint(b *testing.B) {
	text := strings.Repeat(report+" ", 4)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		NewFingerprint("cầu mới thông xe", text)
	}
}
