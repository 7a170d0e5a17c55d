// Package sourcetest is a server that plays sources of every kind by name: good ones, rude ones and hostile ones. It writes
// down every request that reaches it, so that a test can say how polite its visitor was.
//
// It is for tests and benchmarks alone: nothing of the program imports it. It listens on free ports of the loopback
// interface, never asks anybody for anything, and knows nothing of the hub beyond the words it reports failures with. Start
// with Behaviours, then Server.Play.
package sourcetest

import (
	"net"
	"slices"
)

// Class says what to think of a behaviour.
type Class string

// The classes.
const (
	Good    Class = "good"    // well-formed, and within its rights
	Rude    Class = "rude"    // careless, odd or mistaken; its news can be had all the same, or it says why not
	Hostile Class = "hostile" // harmful to a careless visitor, whether it means it or not
)

// What a hub says of a visit, beside the reasons of a failure.
const (
	OK       = "ok"
	Same     = "not-modified"
	Document = "document" // the answer is no document that could be read
	Empty    = "empty"    // a listing gives nothing where it gave something
	Held     = "held"     // it was not asked, because it asked for that
)

// Behaviour is one way for a source to behave.
type Behaviour struct {
	Name   string
	Class  Class
	Kind   string // of source: "feed" where nothing is said
	Expect string // what a polite, careful visitor does
	Reason string // what the hub says of the first visit
	Then   string // of the second, at once after the first; "" for the same again
	Slow   bool   // the visit ends when the visitor's patience does
	Reach  string // path of its document; "/feed" where nothing is said

	secure bool                   // speaks TLS
	https  bool                   // its URL says https, and it does not
	first  bool                   // talks before it was asked
	serve  func(*scene)           // over HTTP
	talk   func(net.Conn, *scene) // over the bare connection
	robots func(*scene)           // its robots.txt; none where nil
}

// Behaviours lists all of them, in a fixed order; names are unique.
func Behaviours() []Behaviour {
	var all []Behaviour
	for _, group := range []struct {
		class Class
		lists [][]Behaviour
	}{
		{Good, [][]Behaviour{goodFeeds(), goodManners(), goodLists(), goodRobots()}},
		{Rude, [][]Behaviour{rudeBodies(), rudeItems(), rudeStatuses(), rudeWaits(), rudeManners(), rudeLists(), rudeRobots()}},
		{Hostile, [][]Behaviour{
			hostileBodies(), hostileCodings(), hostileDocuments(), hostileLinks(), hostileWires(), hostileHeads(),
			hostileRedirects(), hostileAddresses(), hostileTLS(),
		}},
	} {
		for _, b := range slices.Concat(group.lists...) {
			b.Class = group.class
			all = append(all, b)
		}
	}
	for n := range all {
		b := &all[n]
		if b.Kind == "" {
			b.Kind = "feed"
		}
		if b.Reach == "" {
			b.Reach = "/feed"
		}
		if b.Then == "" {
			b.Then = b.Reason
		}
	}
	return all
}

// Find gives the behaviour of that name; false where there is none.
func Find(name string) (Behaviour, bool) {
	all := Behaviours()
	n := slices.IndexFunc(all, func(b Behaviour) bool { return b.Name == name })
	if n < 0 {
		return Behaviour{}, false
	}
	return all[n], true
}
