package clean

import (
	"unicode/utf8"

	"tinhub/internal/hub"
)

// maxStepText bounds what a step shows of a text, in characters; maxSteps the steps of one item.
const (
	maxStepText = 300
	maxSteps    = 500
)

// trace collects what normalisation did, where somebody asked for it.
type trace struct {
	on    bool
	steps []hub.Step
}

// newTrace begins with what the reader of the document did.
func newTrace(on bool, read []hub.Step) *trace {
	t := &trace{on: on}
	for _, s := range read {
		t.add(s.Step, s.Field, s.Before, s.After)
	}
	return t
}

func (t *trace) add(step, field, before, after string) {
	if !t.on || len(t.steps) >= maxSteps {
		return
	}
	t.steps = append(t.steps, hub.Step{Step: step, Field: field, Before: excerpt(before), After: excerpt(after)})
}

func (t *trace) changed(step, field, before, after string) {
	if before != after {
		t.add(step, field, before, after)
	}
}

func excerpt(s string) string {
	if len(s) > 4*maxStepText {
		s = s[:4*maxStepText] + "…"
	}
	s = tidy(s)
	if utf8.RuneCountInString(s) <= maxStepText {
		return s
	}
	return string([]rune(s)[:maxStepText-1]) + "…"
}
