package source

import (
	"unicode/utf8"

	"tinhub/internal/hub"
)

// StepLead is the name of the step that takes a lead which the page shows out of its body, into the summary.
const StepLead = "lead moved"

// Limits on the steps of one page.
const (
	maxPageSteps = 100
	maxStepText  = 300 // characters
)

// step notes what the reader took out of a page, moved or repaired.
func (p *page) step(name, field, before, after string) {
	if len(p.draft.Steps) >= maxPageSteps {
		return
	}
	p.draft.Steps = append(p.draft.Steps, hub.Step{Step: name, Field: field, Before: clipText(before), After: clipText(after)})
}

// clipText is a text on one line, cut to what a step shows.
func clipText(s string) string {
	if len(s) > 8*maxStepText {
		s = s[:8*maxStepText]
	}
	s = lineOfText(s)
	if utf8.RuneCountInString(s) <= maxStepText {
		return s
	}
	return string([]rune(s)[:maxStepText-1]) + "…"
}
