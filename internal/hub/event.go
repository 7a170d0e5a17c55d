package hub

import "time"

// Seq numbers the events of one log, from 1, without gaps within a generation.
type Seq uint64

// EventType says what happened to an item.
type EventType string

// The four things that can happen to an item.
const (
	Created   EventType = "created"
	Updated   EventType = "updated"
	Retracted EventType = "retracted"
	Restored  EventType = "restored"
)

// Tombstones says whether an event of this type changes a section's list of retractions, and so its feeds, wherever the item
// stands in it.
func (t EventType) Tombstones() bool { return t == Retracted || t == Restored }

// Event is one change of one item.
type Event struct {
	Seq      Seq       `json:"seq"`
	Type     EventType `json:"type"`
	Item     ID        `json:"item"`
	Sections []string  `json:"sections"` // every section it touched, also those the item left; sorted, without AllSection
	Time     time.Time `json:"time"`     // UTC, whole seconds, never before the event ahead of it
}

// Change is what became of an incoming item.
type Change string

// The answers to a put.
const (
	ChangeCreated   Change = "created"
	ChangeUpdated   Change = "updated"
	ChangeUnchanged Change = "unchanged"
	ChangeRetracted Change = "retracted" // it is out and stays out
	ChangeRestored  Change = "restored"
)

// Outcome is the answer to one put, retract or restore.
type Outcome struct {
	ID     ID     `json:"id"`  // of the stored item; another than the incoming one's where they are the same article
	Seq    Seq    `json:"seq"` // of the item's newest event; 0 where it has none yet (an embargo)
	Change Change `json:"change"`
	State  State  `json:"-"`
}
