package web

import "net/http"

// troubleData is the page where something is not to be had.
type troubleData struct {
	frame
	Heading, Text, Reason string
}

// errorPage says in people's words what problem p is.
func (s *server) errorPage(p problem) ([]byte, error) {
	d := troubleData{frame: s.newFrame(s.Site.Language, "")}
	t := d.T
	switch {
	case p.trimmed:
		d.Heading, d.Text = t.OldTitle, t.OldText
	case p.Status == http.StatusGone:
		d.Heading, d.Text, d.Reason = t.GoneTitle, t.GoneText, p.Reason
	case p.Status >= 500:
		d.Heading, d.Text = t.FailTitle, t.FailText
	default:
		d.Heading, d.Text = t.LostTitle, t.LostText
	}
	d.Title, d.NoIndex = d.Heading, true
	return execute(s.pages.trouble, d)
}
