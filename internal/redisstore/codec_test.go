package redisstore

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// drawText draws any bytes, valid UTF-8 or not.
func drawText(t *rapid.T, label string) string {
	if rapid.Bool().Draw(t, label+" in bytes") {
		return string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, label))
	}
	return rapid.SampledFrom([]string{"", "báo", "\ufffd", "\\ufffd", "a\x00b", "</script>", "\u2028"}).Draw(t, label)
}

func drawTime(t *rapid.T, label string) time.Time {
	if rapid.Bool().Draw(t, label+" zero") {
		return time.Time{}
	}
	minutes := rapid.IntRange(-14*60, 14*60).Filter(func(n int) bool { return n != -1 }).Draw(t, label+" offset") // gob has no -00:01
	zone := time.FixedZone("", 60*minutes)
	return time.Unix(rapid.Int64Range(-1<<36, 1<<38).Draw(t, label), 0).In(zone)
}

func TestARecordComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := hub.Record{
			Item: hub.Item{
				ID: hub.ID(drawText(t, "id")), Source: drawText(t, "source"), URL: drawText(t, "url"), Title: drawText(t, "title"),
				Summary: drawText(t, "summary"), ContentHTML: drawText(t, "html"), Tags: []string{drawText(t, "tag")},
				Published: drawTime(t, "published"), Modified: drawTime(t, "modified"), Hash: drawText(t, "hash"),
				Attachments: []hub.Attachment{{URL: drawText(t, "attachment"), Duration: time.Second}}, Via: &hub.Via{Title: drawText(t, "via")},
			},
			State: hub.StateRetracted, FirstSeen: drawTime(t, "first seen"), Sections: []string{drawText(t, "section")},
			URLKey: drawText(t, "url key"), OtherKeys: []string{drawText(t, "other key")}, Text: hub.Fingerprint(drawText(t, "text")),
			Shelves:    map[string][]string{drawText(t, "source id"): {drawText(t, "shelf")}},
			Retraction: &hub.Retraction{By: hub.ByDesk, Reason: drawText(t, "reason"), When: drawTime(t, "when")},
			FirstSeq:   hub.Seq(rapid.Uint64Range(0, 1<<60).Draw(t, "first seq")), Seq: hub.Seq(rapid.Uint64Range(0, 1<<60).Draw(t, "seq")),
			Changed: time.Unix(rapid.Int64Range(1, 1<<36).Draw(t, "changed"), 0).UTC(),
		}
		payload, err := encodeRecord(want, "body", []string{"grave"})
		if err != nil {
			t.Fatal(err)
		}
		header := "7 " + seqArg(want.Seq) + " " + seqArg(want.FirstSeq) + " " + unixArg(want.Changed) + "\n"
		e, err := parseEntry(header + string(payload))
		if err != nil {
			t.Fatal(err)
		}
		content, by, err := encodeBody(want.Item)
		if err != nil || by == "" {
			t.Fatalf("body %q: %v", by, err)
		}
		var item hub.Item
		if err := decode(string(content), &item); err != nil {
			t.Fatal(err)
		}
		got := e.Record
		got.Item = join(got.Item, item)
		asText := cmp.Transformer("text", func(t time.Time) string { return t.Format(time.RFC3339) })
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), asText); diff != "" {
			t.Fatal(diff)
		}
		if e.Body != "body" || len(e.Graves) != 1 || e.version != "7" {
			t.Fatalf("%+v", e)
		}
	})
}

func TestAnAliasComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := hub.Alias{
			ID: hub.ID(drawText(t, "id")), Item: hub.ID(drawText(t, "item")), Source: drawText(t, "source"),
			OriginalID: drawText(t, "original id"), Why: hub.WhyText,
			When: time.Unix(rapid.Int64Range(-1<<36, 1<<38).Draw(t, "when"), 0).UTC(), Apart: rapid.Bool().Draw(t, "apart"),
		}
		value, err := encodeAlias(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseAlias(want.ID, string(value))
		if err != nil || got != want {
			t.Fatalf("%+v came back as %+v, %v", want, got, err)
		}
	})
}

func TestAnOlderAliasIsItsItemAlone(t *testing.T) {
	want := hub.Alias{ID: "x", Item: hub.NewID("feed", "a")}
	if got, err := parseAlias("x", string(want.Item)); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if id, err := parseAliasMember("0000000000010"); err == nil {
		t.Errorf("a broken member is read as %q", id)
	}
	for _, value := range []string{"", "{", "g", "{\"item\":1}"} {
		if a, err := parseAlias("x", value); err == nil {
			t.Errorf("%q is read as the alias %+v", value, a)
		}
	}
}

func TestAnItemWithoutContentHasNoBody(t *testing.T) {
	i := hub.Item{ID: "x", Source: "feed", Title: "Tin", URL: "https://news.example/", Hash: "h", Language: "vi", OriginalDate: "hôm qua"}
	if _, by, err := encodeBody(i); by != "" || err != nil {
		t.Errorf("body %q, %v", by, err)
	}
	i.Paywalled = true
	if _, by, err := encodeBody(i); by == "" || err != nil {
		t.Errorf("no body for %+v, %v", i, err)
	}
}

func TestBrokenValuesAreErrors(t *testing.T) {
	for _, value := range []string{"", "1 2 3 4", "1 2 3\n{}", "1 x 3 4\n{}", "1 2 3 4\n{", "1 2 3 4\ngob", "1 2 3 99999999999999999999\n{}"} {
		if _, err := parseEntry(value); err == nil {
			t.Errorf("%q is read as a record", value)
		}
	}
	for _, m := range []string{"", "0000000000000000000", "x0000000000000000001" + "00a"} {
		if _, _, err := parseMember(m); err == nil {
			t.Errorf("%q is read as a shelf mark", m)
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	payload, err := encodeRecord(hub.Record{Item: hub.Item{ID: "x", Title: "\xff"}, State: hub.StateLive}, "b", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("1 2 3 4\n" + string(payload))
	f.Add("1 2 3 4\n{\"id\":\"x\",\"sections\":null}")
	f.Fuzz(func(t *testing.T, value string) {
		if e, err := parseEntry(value); (e == nil) == (err == nil) {
			t.Errorf("%v, %v", e, err)
		}
	})
}

func FuzzParseAlias(f *testing.F) {
	value, err := encodeAlias(hub.Alias{Item: "x", Source: "\xff"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(value))
	f.Add(`{"item":"x","source":"feed","why":"url","when":"2026-03-01T12:00:00Z"}`)
	f.Add(string(hub.NewID("feed", "a")))
	f.Fuzz(func(t *testing.T, value string) {
		if a, err := parseAlias("id", value); (a.ID == "") == (err == nil) {
			t.Errorf("%+v, %v", a, err)
		}
	})
}
