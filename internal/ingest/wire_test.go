package ingest

import (
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

const newsItem = `<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:w:1" version="%v"><itemMeta><itemClass qcode="ninat:text"/>
<versionCreated>2026-11-18T08:0%v:00Z</versionCreated><pubStatus qcode="stat:%s"/></itemMeta><contentMeta><headline>Tin bản %v</headline></contentMeta></newsItem>`

const ninjsItem = `{"uri":"urn:w:1","version":"%v","versioncreated":"2026-11-18T08:0%v:00Z","pubstatus":"%s","headline":"Tin bản %v","body_text":"Một câu."}`

const newsML1 = `<NewsML><NewsItem><Identification><NewsIdentifier><PublicIdentifier>urn:w:1:%v</PublicIdentifier><RevisionId>%v</RevisionId></NewsIdentifier></Identification>
<NewsManagement><Status FormalName="%s"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Tin bản %v</HeadLine></NewsLines></NewsComponent></NewsItem></NewsML>`

const nitfItem = `<nitf><head><docdata management-status="%s"><doc-id id-string="urn:w:1"/></docdata></head><body><body.head><hedline><hl1>Tin bản %v</hl1></hedline></body.head></body></nitf>`

// TestAWireTakesItsItemBack: a cancel retracts, also twice; of what was never seen it leaves nothing; and what comes after it
// stays out, because no wire can say that it takes its own cancel back. The desk can.
func TestAWireTakesItsItemBack(t *testing.T) {
	fill := func(form string) func(version, status string) string {
		return func(version, status string) string {
			return strings.NewReplacer("%v", version, "%s", status).Replace(form)
		}
	}
	for name, w := range map[string]struct {
		contentType string
		doc         func(version, status string) string
	}{
		"NewsML-G2": {"application/vnd.iptc.g2.newsitem+xml", fill(newsItem)}, "ninjs": {"application/json", fill(ninjsItem)},
		"NewsML 1": {"application/xml", fill(newsML1)}, "NITF": {"text/xml; charset=utf-8", fill(nitfItem)},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			i, _ := pushing(m)
			push := func(version, status string, want hub.Change) hub.Outcome {
				t.Helper()
				out, err := i.Push(t.Context(), Push{Source: "cms", ContentType: w.contentType, Body: []byte(w.doc(version, status))})
				if err != nil || len(out) != 1 || out[0].ID != hub.NewID("cms", "urn:w:1") || out[0].Change != want {
					t.Fatalf("version %s, %s: %+v, %v; want %s", version, status, out, err, want)
				}
				return out[0]
			}
			push("0", "canceled", hub.ChangeUnchanged)
			if len(m.records) != 0 {
				t.Fatalf("a cancel of nothing left %d records", len(m.records))
			}
			push("1", "usable", hub.ChangeCreated)
			push("1", "usable", hub.ChangeUnchanged)
			push("2", "usable", hub.ChangeUpdated)
			out := push("3", "canceled", hub.ChangeRetracted)
			if again := push("3", "canceled", hub.ChangeRetracted); again.Seq != out.Seq {
				t.Error("a second cancel made an event")
			}
			push("4", "usable", hub.ChangeRetracted)
			if _, err := m.Mark(t.Context(), time.Now(), hub.Order{ID: out.ID, By: hub.ByDesk, Restore: true}); err != nil {
				t.Fatal(err)
			}
			if r := m.records[out.ID]; r.State != hub.StateLive || r.Title != "Tin bản 4" {
				t.Errorf("the desk let in %q, %s", r.Title, r.State)
			}
			push("5", "withheld", hub.ChangeRetracted)
		})
	}
}

func TestAnEmbargoedWireItemIsHeld(t *testing.T) {
	until := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
	for name, p := range map[string]Push{
		"ninjs":     {ContentType: "application/json", Body: []byte(`{"uri":"urn:e","headline":"H","body_text":"x","embargoed":"` + until.Format(time.RFC3339) + `"}`)},
		"ninjs 3":   {ContentType: "application/json", Body: []byte(`{"uri":"urn:e","headlines":[{"value":"H"}],"embargoedUntil":"` + until.Format(time.RFC3339) + `"}`)},
		"NewsML-G2": {ContentType: "application/xml", Body: []byte(`<newsItem guid="urn:e"><itemMeta><embargoed>` + until.Format(time.RFC3339) + `</embargoed></itemMeta><contentMeta><headline>H</headline></contentMeta></newsItem>`)},
		"NITF":      {ContentType: "application/xml", Body: []byte(`<nitf><head><docdata management-status="embargoed"><doc-id id-string="urn:e"/><date.release norm="` + until.Format("20060102T150405Z0700") + `"/></docdata></head><body><body.head><hedline><hl1>H</hl1></hedline></body.head></body></nitf>`)},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			i, _ := pushing(m)
			p.Source = "cms"
			out, err := i.Push(t.Context(), p)
			if err != nil || len(out) != 1 {
				t.Fatalf("%+v, %v", out, err)
			}
			if r := m.records[out[0].ID]; r.State != hub.StateHeld || !r.PublishAt.Equal(until) {
				t.Errorf("%s until %s, want held until %s", r.State, r.PublishAt, until)
			}
		})
	}
}
