package storetest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

func valueChecks() []check {
	return []check{
		{promise: "a record comes back as it was given, in every field", steps: everyField},
		{promise: "times keep the offset they were given in", steps: offsetsKept},
		{promise: "nothing given or returned is shared with the store", steps: nothingShared},
		{promise: "any string is a legal id, key or text", steps: hostileStrings},
		{promise: "keys that look alike are not the same", steps: lookalikes},
		{promise: "bodies of a mebibyte are ordinary", steps: bigBodies},
		{promise: "what a source's state holds comes back", steps: sourceStates},
		{promise: "what a source's state holds outlives the process", steps: sourceStatesOutlive, reopens: true},
	}
}

// full is an article with something in every field.
func full() hub.Incoming {
	return article("feed", "full", func(in *hub.Incoming) {
		it := &in.Item
		it.Summary, it.Image, it.OriginalDate, it.Paywalled = "What it says", "https://example.org/i.jpg", "14/01/2022 02:01", true
		it.Pictures = []hub.Picture{{URL: "https://example.org/i.jpg", Type: "image/jpeg", Width: 640, Height: 480, Alt: "a", Caption: "c", Credit: "d"}}
		it.Modified = at(-1).In(hanoi())
		it.Authors = []hub.Author{{Name: "Phương Hằng", URL: "https://example.org/ph", Email: "ph@example.org"}}
		it.Tags, it.Captions = []string{"xây dựng", "đảng"}, []string{"Ảnh: một", "Ảnh: hai"}
		it.Attachments = []hub.Attachment{{URL: "https://example.org/a.mp3", Type: "audio/mpeg", Title: "Nghe", Size: 1 << 40, Duration: 90 * time.Second}}
		it.Alternates = []hub.Alternate{{Language: "en", URL: "https://example.org/en"}, {Language: "fr"}}
		it.Via = &hub.Via{Title: "Nguồn", URL: "https://example.org/feed"}
		it.Point, it.AMP = &hub.Point{Lat: 10.95, Lon: -106.8}, "https://amp.example.org/full"
		in.OtherKeys, in.Text = []string{"amp.example.org/full", "example.org/old"}, hub.NewFingerprint("full", bridgeEdited())
		in.Sections, in.Priority = []string{"world", "news"}, 3
	})
}

func everyField(k *kit) {
	in := full()
	k.put(at(0), in)
	want := hub.Record{
		Item: in.Item, State: hub.StateLive, FirstSeen: at(0).In(hanoi()), FirstSeq: 1, Seq: 1, Changed: at(0),
		Sections: []string{"news", "world"}, Shelves: map[string][]string{"feed": {"news", "world"}},
		Declared: in.Item.Published, Priority: 3, URLKey: in.URLKey,
		OtherKeys: slices.Clone(in.OtherKeys), Text: in.Text,
	}
	same(k, "the record", k.record(in.Item.ID), want)
	same(k, "the record on the shelf", k.shelf("news").Items, []hub.Record{want})
	empty := article("feed", "bare", keyed(""), shelved(), func(in *hub.Incoming) {
		in.Item = hub.Item{ID: in.Item.ID, Source: "feed", OriginalID: "bare"}
		in.Location = nil
	})
	k.put(at(1), empty)
	same(k, "a record of nearly nothing", k.record(empty.Item.ID), hub.Record{
		Item:  hub.Item{ID: empty.Item.ID, Source: "feed", OriginalID: "bare", Published: at(1), Hash: empty.Item.Hash},
		State: hub.StateLive, FirstSeen: at(1), FirstSeq: 2, Seq: 2, Changed: at(1), Shelves: map[string][]string{"feed": nil},
	})
	recs, err := k.s.Records(k.ctx, []hub.ID{"unknown", empty.Item.ID, "", in.Item.ID, empty.Item.ID})
	k.ok(err, "records")
	same(k, "known and unknown in their places", idsOf(recs), []hub.ID{"", empty.Item.ID, "", in.Item.ID, empty.Item.ID})
	same(k, "the zero record of an unknown id", recs[0], hub.Record{})
}

func offsetsKept(k *kit) {
	for i, minutes := range []int{0, 60 * 7, 5*60 + 30, 5*60 + 45, -(3*60 + 30), 14 * 60, -12 * 60, 1, -1} {
		zone := time.FixedZone("", minutes*60)
		in := article("feed", fmt.Sprint(i), dated(at(-i).In(zone)), func(in *hub.Incoming) {
			in.Item.Modified = at(-i + 1).In(zone)
			in.Location = zone
		})
		k.put(at(100+i), in)
		r := k.record(in.Item.ID)
		got := []time.Time{r.Published, r.Modified, r.Declared, r.FirstSeen}
		want := []time.Time{in.Item.Published, in.Item.Modified, in.Item.Published, at(100 + i).In(zone)}
		for j := range got {
			if g, w := got[j].Format(time.RFC3339), want[j].Format(time.RFC3339); g != w {
				k.fail("a time given as %s came back as %s", w, g)
			}
		}
		held := article("held", fmt.Sprint(i), embargoed(at(9000).In(zone)))
		k.put(at(100+i), held)
		same(k, "an embargo", k.record(held.Item.ID).PublishAt, at(9000).In(zone))
	}
}

// nothingShared changes all that it gave and got, and reads again.
func nothingShared(k *kit) {
	in := full()
	pristine := full()
	k.put(at(0), in)
	in.Item.Tags[0], in.Item.Pictures[0].URL, in.Item.Authors[0].Name, in.Sections[0] = "X", "X", "X", "X"
	in.Item.Via.URL, in.Item.Alternates[0].URL, in.Item.Captions[0], in.OtherKeys[0] = "X", "X", "X", "X"
	same(k, "after the caller changed what it gave", k.record(in.Item.ID).Item, pristine.Item)
	for range 2 {
		r := k.record(in.Item.ID)
		r.Tags[0], r.Pictures[0].URL, r.Authors[0].Name, r.Sections[0] = "X", "X", "X", "X"
		r.Shelves["feed"][0], r.Shelves["X"], r.Via.Title, r.OtherKeys[0] = "X", []string{"X"}, "X", "X"
		shelf := k.shelf("news")
		shelf.Items[0].Tags[0], shelf.Items[0].Sections[0], shelf.Items[0].Shelves["feed"][0] = "X", "X", "X"
		shelf.Items[0].ID = "X"
		ev := k.events(0, 10)
		ev[0].Sections[0], ev[0].Item = "X", "X"
		r = k.record(in.Item.ID)
		same(k, "the record read again", r.Item, pristine.Item)
		same(k, "its shelves read again", r.Shelves, map[string][]string{"feed": {"news", "world"}})
		same(k, "its other keys read again", r.OtherKeys, full().OtherKeys)
		same(k, "its sections read again", r.Sections, []string{"news", "world"})
		same(k, "the shelf read again", k.shelf("news").Items, []hub.Record{r})
		same(k, "the event read again", k.events(0, 10), []hub.Event{
			{Seq: 1, Type: hub.Created, Item: pristine.Item.ID, Sections: []string{"news", "world"}, Time: at(0)},
		})
	}
	k.mark(at(1), retract(pristine))
	k.shelf("news").Retracted[0].ID = "X"
	k.record(pristine.Item.ID).Retraction.Reason = "X"
	k.tombstones("news", pristine)
	same(k, "the reason", k.record(pristine.Item.ID).Retraction.Reason, "wrong")
	state := hub.SourceState{ID: "feed", Files: map[string]string{"a": "1"}}
	k.ok(k.s.SaveSourceState(k.ctx, state), "save source state")
	state.Files["a"] = "X"
	k.states("feed")[0].Files["a"] = "X"
	same(k, "the files read again", k.states("feed")[0].Files, map[string]string{"a": "1"})
}

// hostile lists strings that have broken stores before; no two are equal.
func hostile() []string {
	return []string{
		"a\x00b", "a\x00", "\x00", "a\nb", "a\r\nb", "a:b", "a::b", ":", "{a}", "{a}b", "a{b}", "}{", "{", "{}", "a b", " a", "a ", "\t",
		"*", "?", "[a]", "a*", "%", "%00", "_", "'", "\"", "`", "\\", "\\n", "'; DROP TABLE records; --", "$1", "?1", "null", "nil", "true",
		"0", "-1", "1e9", "NaN", "a/b", "../a", "..", "#", "<script>", "&amp;", "\u202eabc\u202c", "שלום", "مرحبا", "báo", "ba\u0301o", "BÁO",
		"👩‍👩‍👧‍👦", "\U0010ffff", "\ufeffa", "\u2028", "\u00a0", strings.Repeat("long", 5000), strings.Repeat("long", 5000) + "x",
	}
}

func hostileStrings(k *kit) {
	var all []hub.Incoming
	for i, s := range hostile() {
		in := article("feed", "x", dated(at(i)), keyed("key "+s), titled(s), shelved("section "+s), bodied(s), func(in *hub.Incoming) {
			in.Item.ID, in.Item.Source, in.Item.OriginalID = hub.ID("id "+s), "source "+s, s
			in.Item.Tags, in.Item.Summary, in.Item.Language = []string{s, ""}, s, s
		})
		all = append(all, in)
	}
	for i, o := range k.put(at(1000), all...) {
		same(k, "the answer", o, hub.Outcome{ID: all[i].Item.ID, Seq: hub.Seq(i + 1), Change: hub.ChangeCreated, State: hub.StateLive})
	}
	for i, s := range hostile() {
		in := all[i]
		same(k, "the record", k.record(in.Item.ID).Item, in.Item)
		k.stands("section "+s, in)
		same(k, "the event", k.events(hub.Seq(i), 1)[0].Sections, []string{"section " + s})
		byURL := article("other", "o", keyed(in.URLKey), shelved(), func(in *hub.Incoming) { in.Item.ID = hub.ID("alias " + s) })
		same(k, "what the URL key leads to", k.put(at(1001), byURL)[0].ID, in.Item.ID)
		same(k, "what the alias leads to", k.record(byURL.Item.ID).ID, in.Item.ID)
		k.hostileName(s, hub.Seq(i+1))
	}
	k.headIs(hub.Seq(len(all)))
	bucket := bucketNow()
	counts := map[hub.ID]uint64{}
	for i, in := range all {
		counts[in.Item.ID] = uint64(i + 1)
		k.count("batch "+hostile()[i], bucket, nil)
	}
	k.count("all", bucket, counts)
	for i, got := range k.views(bucket, idsIn(all...)...) {
		same(k, "views", got.Total, uint64(i+1))
	}
	for i, s := range hostile() {
		same(k, "most read", k.top(bucket, "section "+s, 3), []hub.Ranked{{ID: all[i].Item.ID, Views: uint64(i + 1)}})
	}
}

// hostileName uses s as the name of a lease, a cursor, a holder and a source.
func (k *kit) hostileName(s string, seq hub.Seq) {
	token := k.lease("lease "+s, s, time.Hour)
	k.leaseRefused("lease "+s, s+"'")
	k.ok(k.s.SaveCursor(k.ctx, "lease "+s, token, seq), "save cursor")
	same(k, "the cursor", k.cursor("lease "+s), seq)
	state := hub.SourceState{ID: "source " + s, ETag: s, Files: map[string]string{s: s}}
	k.ok(k.s.SaveSourceState(k.ctx, state), "save source state")
	same(k, "the source state", k.states("source "+s), []hub.SourceState{state})
}

// lookalikes uses the same hostile strings bare, where a store that folds, trims or cuts would take two for one.
func lookalikes(k *kit) {
	names := append(hostile(), "A", "a", "Báo", "báo ", "long")
	for i, s := range names {
		k.lease(s, fmt.Sprintf("holder %d", i), time.Hour)
		k.ok(k.s.SaveSourceState(k.ctx, hub.SourceState{ID: s, Items: i + 1}), "save source state")
		k.ok(k.s.OpenSections(k.ctx, at(i), []string{s}), "open sections")
		k.count(s, bucketNow(), map[hub.ID]uint64{hub.ID(s): uint64(i + 1)})
	}
	for i, s := range names {
		k.leaseRefused(s, fmt.Sprintf("holder %d", i+1))
		same(k, fmt.Sprintf("the state of %q", s), k.states(s)[0].Items, i+1)
		k.touched(s, at(i))
		same(k, fmt.Sprintf("the views of %q", s), k.views(bucketNow(), hub.ID(s))[0].Total, uint64(i+1))
	}
}

func bigBodies(k *kit) {
	const size = 1 << 20
	var items []hub.Incoming
	for i := range 6 {
		items = append(items, article("feed", fmt.Sprint(i), bodied(strings.Repeat(fmt.Sprintf("<p>ảnh %d \"&\n", i), size/12)), dated(at(i))))
	}
	// What is not body may be big as well.
	items = append(items, article("feed", "wide", dated(at(9)), func(in *hub.Incoming) {
		in.Item.Summary = strings.Repeat("tóm tắt ", size/10)
		for i := range 2000 {
			in.Item.Pictures = append(in.Item.Pictures, hub.Picture{URL: fmt.Sprintf("https://example.org/%d.jpg", i), Caption: "Ảnh minh họa"})
		}
	}))
	k.put(at(10), items...)
	shelf := k.shelf("news")
	if len(shelf.Items) != len(items) {
		k.fail("the shelf holds %d items, want %d", len(shelf.Items), len(items))
	}
	for i, in := range items {
		for what, r := range map[string]hub.Record{"record": k.record(in.Item.ID), "shelf": shelf.Items[len(items)-1-i]} {
			if digest(r.Item) != digest(in.Item) {
				k.fail("an item of %d bytes read by %s came back as another of %d",
					len(in.Item.ContentHTML), what, len(r.ContentHTML))
			}
		}
	}
	same(k, "sent again", k.put(at(11), items[0])[0].Change, hub.ChangeUnchanged)
}

// digest stands for an item too big to be shown in a failure.
func digest(it hub.Item) [32]byte {
	text, err := json.Marshal(it)
	if err != nil {
		panic(fmt.Sprintf("an item of the suite has no JSON: %v", err))
	}
	return sha256.Sum256(text)
}

func (k *kit) states(ids ...string) []hub.SourceState {
	states, err := k.s.SourceStates(k.ctx, ids)
	k.ok(err, "source states")
	if len(states) != len(ids) {
		k.fail("states of %d sources answered %d", len(ids), len(states))
	}
	return states
}

func fullState() hub.SourceState {
	return hub.SourceState{
		ID: "feed", URL: "https://example.org/moved", ETag: `W/"a b"`, LastModified: "Fri, 14 Jan 2022 02:01:00 GMT", BodyHash: "abc",
		Files: map[string]string{"a.txt": "1", "thư mục/b.txt": "2"}, LastFetch: at(1), LastSuccess: at(0).In(hanoi()), NextFetch: at(2),
		NextReason: "every 15m", HoldUntil: at(3), Gone: true, Failures: 4, LastError: "timeout", Items: 5,
	}
}

func sourceStates(k *kit) {
	same(k, "one never saved", k.states("feed", "other"), []hub.SourceState{{ID: "feed"}, {ID: "other"}})
	state := fullState()
	k.ok(k.s.SaveSourceState(k.ctx, state), "save source state")
	k.ok(k.s.SaveSourceState(k.ctx, hub.SourceState{ID: "other", Items: 1}), "save source state")
	same(k, "both", k.states("other", "feed", "third", "feed"), []hub.SourceState{{ID: "other", Items: 1}, state, {ID: "third"}, state})
	k.ok(k.s.SaveSourceState(k.ctx, hub.SourceState{ID: "feed", Failures: 1}), "save source state")
	same(k, "replaced, not merged", k.states("feed"), []hub.SourceState{{ID: "feed", Failures: 1}})
}

func sourceStatesOutlive(k *kit) {
	k.ok(k.s.SaveSourceState(k.ctx, fullState()), "save source state")
	k.reopen()
	same(k, "the state", k.states("feed"), []hub.SourceState{fullState()})
}
