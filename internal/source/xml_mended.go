package source

import (
	"slices"

	"tinhub/internal/hub"
)

// keep takes from the index of the document before its repair what the repaired one says no longer, and what the repair did.
func (x *feedIndex) keep(before feedIndex, r xmlRepair) {
	x.base, x.aliases, x.rest = before.base, before.aliases, before.rest
	if len(x.entries) == r.items {
		for i := range x.entries {
			x.entries[i].steps = append(x.entries[i].steps, r.steps[i]...)
		}
	}
	if len(before.entries) < len(x.entries) {
		return
	}
	for i := range x.entries {
		if e, b := &x.entries[i], before.entries[i]; e.about == b.about && e.id == b.id {
			e.base, e.contentBase = b.base, b.contentBase
			e.steps = append(b.steps, slices.DeleteFunc(e.steps, func(s hub.Step) bool { return slices.Contains(b.steps, s) })...)
		}
	}
}
