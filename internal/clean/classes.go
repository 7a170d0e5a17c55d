package clean

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

var displayNone = regexp.MustCompile(`(?i)(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)`)

// hidden says whether the page does not show n. Pictures are often hidden until a script shows them.
func hidden(n *html.Node) bool {
	if tags[n.Data] == void {
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			return mayHide(a.Val) && displayNone.MatchString(a.Val)
		}
	}
	return false
}

// mayHide and mayCaption spare most values the regular expression.
func mayHide(style string) bool { return holds(style, "none") || holds(style, "hidden") }

func mayCaption(class string) bool {
	return holds(class, "caption") || holds(class, "chu") || holds(class, "desc") || holds(class, "photo")
}

// mayMean says whether a paragraph's class may say what it is.
func mayMean(class string) bool {
	return class != "" && (mayCaption(class) || holds(class, "pull"))
}

// holds says whether s has word in it, in any case; word is in lower case.
func holds(s, word string) bool {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

var captionClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:caption|captions|captiontext|photocms_caption|chuthich|chu-thich|image-?desc|photo-?note)(?:$|[\s_-])|caption-text`)

func isCaptionClass(class string) bool { return mayCaption(class) && captionClass.MatchString(class) }

// isPullClass says whether a class is a pull quote's.
func isPullClass(class string) bool {
	return holds(class, "pull") && (holds(class, "pullquote") || holds(class, "pull-quote") || holds(class, "pull_quote"))
}
