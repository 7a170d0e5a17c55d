package clean

import "golang.org/x/net/html"

// arena is the memory that the drafts of a document are cleaned in, one after another: trees and nodes that are dead once an
// item is made, whose strings are its own. It is of one goroutine. A large draft takes more from the heap, and what the
// arena keeps for the next one is bounded.
type arena struct {
	trees    []html.Node // of one parse
	attrs    []html.Attribute
	nodes    []node // of one draft
	lists    []*node
	text     []byte
	maker    maker
	digest   digest
	language [2]string // what a document says of its language, and the tag that it means
	treesOut int
	nodesOut int
	listsOut int
}

// Bounds of what an arena keeps, in pieces and bytes.
const (
	arenaNodes = 1024
	arenaText  = 256 << 10
)

// reset makes ready for the next draft.
func (a *arena) reset() {
	a.resetTrees()
	clear(a.nodes[:a.nodesOut])
	clear(a.lists[:a.listsOut])
	a.nodesOut, a.listsOut = 0, 0
	if cap(a.text) > arenaText {
		a.text = nil
	}
}

// resetTrees makes ready for the next parse of the same draft.
func (a *arena) resetTrees() {
	clear(a.trees[:a.treesOut])
	a.treesOut = 0
	if cap(a.attrs) > arenaNodes {
		a.attrs = nil
	}
	clear(a.attrs)
	a.attrs = a.attrs[:0]
}

func (a *arena) tree(t html.NodeType, data string) *html.Node {
	if a.treesOut == len(a.trees) {
		a.trees, a.treesOut = make([]html.Node, arenaSize(len(a.trees))), 0
	}
	n := &a.trees[a.treesOut]
	a.treesOut++
	n.Type, n.Data = t, data
	return n
}

func (a *arena) node() *node {
	if a.nodesOut == len(a.nodes) {
		a.nodes, a.nodesOut = make([]node, arenaSize(len(a.nodes))), 0
	}
	n := &a.nodes[a.nodesOut]
	a.nodesOut++
	return n
}

// list is an empty list with room for so many nodes.
func (a *arena) list(room int) []*node {
	if room > arenaNodes/4 {
		return make([]*node, 0, room)
	}
	if len(a.lists)-a.listsOut < room {
		a.lists, a.listsOut = make([]*node, max(arenaSize(len(a.lists)), room)), 0
	}
	list := a.lists[a.listsOut : a.listsOut : a.listsOut+room]
	a.listsOut += room
	return list
}

// arenaSize is how many pieces come after so many.
func arenaSize(had int) int { return min(max(32, 2*had), arenaNodes) }

// element is element, out of the arena.
func (a *arena) element(tag string, kids ...*node) *node {
	n := a.node()
	n.tag, n.kids = tag, kids
	n.kind, n.stands = treatment(tag)
	return n
}

func (a *arena) textNode(s string) *node {
	n := a.node()
	n.text = s
	return n
}
