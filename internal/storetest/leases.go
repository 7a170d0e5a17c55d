package storetest

import (
	"fmt"
	"time"

	"tinhub/internal/hub"
)

func leaseChecks() []check {
	return []check{
		{promise: "a lease has one holder at a time", steps: leaseExclusive},
		{promise: "of many who ask at once one gets the lease", steps: leaseRace},
		{promise: "a lease expires, and its next holder has a higher token", steps: leaseExpires},
		{promise: "a lease given back is free at once, by its holder only", steps: leaseGivenBack},
		{promise: "a cursor moves only under the newest token", steps: cursorFenced},
		{promise: "cursors and leases outlive the process and stay fenced", steps: cursorOutlives, reopens: true},
	}
}

func (k *kit) lease(name, holder string, ttl time.Duration) uint64 {
	token, err := k.s.Lease(k.ctx, name, holder, ttl)
	k.ok(err, fmt.Sprintf("lease of %q by %q", name, holder))
	return token
}

func (k *kit) leaseRefused(name, holder string) {
	_, err := k.s.Lease(k.ctx, name, holder, time.Minute)
	k.kind(err, hub.Conflict, fmt.Sprintf("lease of %q by %q while another holds it", name, holder))
}

func (k *kit) cursor(name string) hub.Seq {
	seq, err := k.s.Cursor(k.ctx, name)
	k.ok(err, "cursor")
	return seq
}

func leaseExclusive(k *kit) {
	token := k.lease("push", "node-1", time.Hour)
	k.leaseRefused("push", "node-2")
	same(k, "the token while one holder prolongs", k.lease("push", "node-1", time.Hour), token)
	k.leaseRefused("push", "node-2")
	k.lease("push/1", "node-2", time.Hour) // another name is another lease
	k.leaseRefused("push/1", "node-1")
}

func leaseRace(k *kit) {
	const nodes = 8
	type answer struct {
		token uint64
		err   error
	}
	for round := range 5 {
		answers := make(chan answer, nodes)
		name := fmt.Sprintf("race %d", round)
		for n := range nodes {
			go func() {
				token, err := k.s.Lease(k.ctx, name, fmt.Sprintf("node-%d", n), time.Hour)
				answers <- answer{token, err}
			}()
		}
		got := 0
		for range nodes {
			a := <-answers
			if a.err == nil {
				got++
				continue
			}
			k.kind(a.err, hub.Conflict, "a lease asked for beside seven others")
		}
		same(k, "holders of one lease", got, 1)
	}
}

func leaseExpires(k *kit) {
	const ttl = 300 * time.Millisecond
	began := time.Now()
	token := k.lease("push", "node-1", ttl)
	var next uint64
	for {
		var err error
		if next, err = k.s.Lease(k.ctx, "push", "node-2", time.Hour); err == nil {
			break
		}
		k.kind(err, hub.Conflict, "a lease that another holds")
		if time.Since(began) > patience {
			k.fail("a lease of %s is still held after %s", ttl, time.Since(began))
		}
		time.Sleep(10 * time.Millisecond)
	}
	// Engines count in whole milliseconds.
	if held := time.Since(began); held < ttl-2*time.Millisecond {
		k.fail("a lease of %s was given to another after %s", ttl, held)
	}
	if next <= token {
		k.fail("the second holder's token %d is not above the first's %d", next, token)
	}
	k.leaseRefused("push", "node-1")
}

func leaseGivenBack(k *kit) {
	token := k.lease("push", "node-1", time.Hour)
	k.ok(k.s.Unlease(k.ctx, "push", "node-2"), "unlease by who does not hold it")
	k.leaseRefused("push", "node-2")
	k.ok(k.s.Unlease(k.ctx, "push", "node-1"), "unlease")
	next := k.lease("push", "node-2", time.Hour)
	if next <= token {
		k.fail("after a lease was given back the next token %d is not above %d", next, token)
	}
	k.ok(k.s.Unlease(k.ctx, "nobody ever asked", "node-1"), "unlease of what was never leased")
}

func cursorFenced(k *kit) {
	same(k, "a cursor never saved", k.cursor("push"), 0)
	k.kind(k.s.SaveCursor(k.ctx, "push", 1, 5), hub.Conflict, "saving a cursor without a lease")
	old := k.lease("push", "node-1", time.Hour)
	k.ok(k.s.SaveCursor(k.ctx, "push", old, 10), "save cursor")
	k.ok(k.s.Unlease(k.ctx, "push", "node-1"), "unlease")
	token := k.lease("push", "node-2", time.Hour)
	k.kind(k.s.SaveCursor(k.ctx, "push", old, 11), hub.Conflict, "saving a cursor under a token that was passed on")
	k.kind(k.s.SaveCursor(k.ctx, "push", token+1, 11), hub.Conflict, "saving a cursor under a token nobody has")
	same(k, "the cursor", k.cursor("push"), 10)
	k.ok(k.s.SaveCursor(k.ctx, "push", token, 12), "save cursor")
	k.ok(k.s.SaveCursor(k.ctx, "push", token, 3), "save cursor, back to rebuild")
	same(k, "the cursor", k.cursor("push"), 3)
	same(k, "another's cursor", k.cursor("push/1"), 0)
}

func cursorOutlives(k *kit) {
	old := k.lease("push", "node-1", time.Hour)
	k.ok(k.s.Unlease(k.ctx, "push", "node-1"), "unlease")
	token := k.lease("push", "node-2", time.Hour)
	k.ok(k.s.SaveCursor(k.ctx, "push", token, 42), "save cursor")
	k.reopen()
	same(k, "the cursor", k.cursor("push"), 42)
	k.leaseRefused("push", "node-3")
	k.kind(k.s.SaveCursor(k.ctx, "push", old, 50), hub.Conflict, "saving a cursor under an old token after reopening")
	same(k, "the token of the same holder", k.lease("push", "node-2", time.Hour), token)
	k.ok(k.s.SaveCursor(k.ctx, "push", token, 43), "save cursor")
	k.ok(k.s.Unlease(k.ctx, "push", "node-2"), "unlease")
	if next := k.lease("push", "node-3", time.Hour); next <= token {
		k.fail("after reopening the next token %d is not above %d", next, token)
	}
}
