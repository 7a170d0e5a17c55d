package source

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// pictureBy introduces who made what is seen beside a text, where crediting does not.
var pictureBy = regexp.MustCompile(`(?i)^\W{0,2}(?:photograph(?:s|y|er)?|videos?|clip|graphics?|illustrations?|illustrated|hình|hình ảnh|video|đồ h(?:ọa|oạ)|minh h(?:ọa|oạ)|trình bày|thiết kế)\s*(?:[:：]|by\b)`)

// isPictureCredit says whether a line says who made the pictures, and not who wrote the text.
func isPictureCredit(line string) bool {
	return (crediting.MatchString(line) || pictureBy.MatchString(line)) && !writerLabel.MatchString(line)
}

// namesInLines are the writers that a byline of several lines names, each on a line that says so or has a whole name. It is nil
// where there is one line only, and where a line is neither a name nor what stands beside names: what somebody is, a date, a button.
func (p *page) namesInLines(n *html.Node) []hub.DraftAuthor {
	lines := passages(n)
	if len(lines) < 2 || len(lines) > maxBylines {
		return nil
	}
	var list []hub.DraftAuthor
	for _, t := range lines {
		line := t.text
		if date, other := dateBeside(line); date != "" {
			line = other
		}
		if line == "" || p.isNobody(line) || isRole(line) || isPictureCredit(line) || furniture(line) != notFurniture || mailAddress.MatchString(line) {
			continue
		}
		said := writtenBy.MatchString(line) || isLabelledByline(line)
		if label := partLabel.FindString(line); label != "" {
			said, line = true, line[len(label):]
		}
		names := namesOf(line)
		if len(names) == 0 || !said && (len(list) > 0 && !beginsLikePerson(line) || !strings.Contains(line, " ")) {
			return nil
		}
		list = append(list, names...)
	}
	return list
}

// isLabelledByline says whether a line says of itself that it names the writers, and names the draft's.
func (p *page) isLabelledByline(line string) bool {
	names, labelled, ok := byline(line)
	for _, n := range names {
		ok = ok && p.isAuthor(n.Name)
	}
	return ok && labelled
}
