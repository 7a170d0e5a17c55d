package source

import "strings"

// textType is what an Atom text construct says of itself.
type textType struct {
	kind   string // type, or what Atom 0.3's mode says, in lower case
	base64 bool
}

func textTypeOf(list []attr) textType {
	kind := textType{kind: strings.ToLower(attrOf(list, "type"))}
	switch mode := strings.ToLower(attrOf(list, "mode")); {
	case mode == "base64":
		kind.base64 = true
	case kind.kind == "" && mode == "escaped":
		kind.kind = "text/html"
	}
	return kind
}

// sayEscaped gives a text of Atom 0.3 the type that its mode implies: without one the parser leaves it as it stands.
func (p *xmlPass) sayEscaped(t token, list []attr, kind textType) {
	if kind.kind == "text/html" && attrOf(list, "type") == "" {
		p.edits = append(p.edits, edit{t.attrsAt, t.attrsAt, ` type="text/html"`})
	}
}

// text notes the type of a text construct; one of Atom's own goes before one of a module.
func (e *entryIndex) text(name string, kind textType, own bool) {
	to := &e.content
	switch name {
	case "title":
		to = &e.title
	case "summary":
		to = &e.summary
	}
	if own || *to == (textType{}) {
		*to = kind
	}
}
