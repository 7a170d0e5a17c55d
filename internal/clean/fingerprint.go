package clean

import (
	"strings"

	"tinhub/internal/hub"
)

// maxPrinted is how much of a text its fingerprint is made of, in bytes: what makes an article stands in front.
const maxPrinted = 2 << 10

// fingerprint makes what the item's text is compared by: of the body, of the summary where there is no body.
func (m *maker) fingerprint() hub.Fingerprint {
	text := m.item.ContentText
	if strings.TrimSpace(text) == "" {
		text = m.item.Summary
	}
	if len(text) > maxPrinted {
		text = text[:maxPrinted]
	}
	return hub.NewFingerprint(m.title, text)
}
