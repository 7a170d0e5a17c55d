package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Twenty times the hub is killed at a random moment while four writers push. Every item whose push was answered must be
// there afterwards, once, and the log must have no gap and no repeat.
func TestNoAcknowledgedItemIsLostToSIGKILL(t *testing.T) {
	const rounds, writers = 20, 4
	dir, url := house(t, "file:data/tinhub.db", pushHouse)
	acknowledged := map[string]string{} // original id → id
	var mu sync.Mutex
	for round := range rounds {
		p := start(t, dir, url)
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				for n := 0; ; n++ {
					original := fmt.Sprintf("r%d-w%d-%d", round, w, n)
					id, ok := pushOne(p, original)
					if !ok {
						return
					}
					mu.Lock()
					acknowledged[original] = id
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Duration(20+rand.IntN(250)) * time.Millisecond)
		p.kill()
		group.Wait()
	}
	if len(acknowledged) < rounds {
		t.Fatalf("only %d pushes were answered: nothing was tried", len(acknowledged))
	}
	t.Logf("%d pushes answered over %d kills", len(acknowledged), rounds)
	p := start(t, dir, url)
	created := map[string]int{}
	var next uint64
	for {
		var page struct {
			Events []struct {
				Seq        uint64
				Type, Item string
			}
			Next uint64
		}
		r := p.must(http.MethodGet, fmt.Sprintf("/api/events?since=%d&limit=1000", next), http.StatusOK, "")
		if err := json.Unmarshal(r.body, &page); err != nil {
			t.Fatal(err)
		}
		if len(page.Events) == 0 {
			break
		}
		for _, e := range page.Events {
			if e.Seq != next+1 {
				t.Fatalf("seq %d after %d", e.Seq, next)
			}
			next = e.Seq
			if e.Type == "created" {
				created[e.Item]++
			}
		}
	}
	for original, id := range acknowledged {
		if created[id] != 1 {
			t.Errorf("%s was acknowledged and created %d times", original, created[id])
		}
	}
	for id, n := range created {
		if n != 1 {
			t.Errorf("%s was created %d times", id, n)
		}
	}
}

// pushOne pushes without failing the test: the hub may die under it.
func pushOne(p *process, original string) (string, bool) {
	body := fmt.Sprintf(`{"id":%q,"title":"Bài %s","content_text":"Nội dung của %s."}`, original, original, original)
	req, err := http.NewRequest(http.MethodPost, p.url+"/api/sources/cms/items", strings.NewReader(body))
	if err != nil {
		return "", false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+pushKey)
	res, err := door.Do(req)
	if err != nil {
		return "", false
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	var answer struct{ Items []pushed }
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(b, &answer) != nil || len(answer.Items) != 1 {
		return "", false
	}
	return answer.Items[0].ID, true
}
