package web

import (
	"strconv"
	"strings"
)

// chooseCoding says which part a request's Accept-Encoding wants: the highest weight, then the smallest body. Identity
// that is not named is taken where nothing named is offered. -1 where nothing is acceptable, identity neither (RFC 9110
// §12.5.3). parts begin with identity.
func chooseCoding(lines []string, parts []part) int {
	if lines == nil {
		return 0
	}
	best, weight := -1, 0
	for i := range parts {
		q := codingWeight(lines, parts[i].name)
		switch {
		case q > weight,
			q == weight && q > 0 && len(parts[i].body) < len(parts[best].body):
			best, weight = i, q
		}
	}
	return best
}

// codingWeight is the weight in thousandths that Accept-Encoding gives a coding; 0 refuses it.
func codingWeight(lines []string, name string) int {
	star, named := -1, -1
	for _, line := range lines {
		for line != "" {
			var item string
			item, line, _ = strings.Cut(line, ",")
			coding, params, _ := strings.Cut(item, ";")
			coding = strings.TrimSpace(coding)
			switch {
			case coding == "":
			case coding == "*":
				star = quality(params)
			case strings.EqualFold(coding, name),
				name == "" && strings.EqualFold(coding, "identity"),
				name == "gzip" && strings.EqualFold(coding, "x-gzip"):
				named = max(named, quality(params))
			}
		}
	}
	switch {
	case named >= 0:
		return named
	case star >= 0:
		return star
	case name != "":
		return 0
	}
	return 1 // identity is acceptable unless it is refused, and comes last
}

// quality reads ;q= in thousandths; one that cannot be read is 1.
func quality(params string) int {
	for params != "" {
		var p string
		p, params, _ = strings.Cut(params, ";")
		k, v, ok := strings.Cut(strings.TrimSpace(p), "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(k), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil || q < 0 || q > 1 {
			return 1000
		}
		return int(q*1000 + 0.5)
	}
	return 1000
}

// mediaWeight is the weight in thousandths that Accept gives a media type by its most specific range; -1 where no range
// names it. wild says that only */* did.
func mediaWeight(lines []string, typ, subtype string) (q int, wild bool) {
	q, rank := -1, 0
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(item, ";")
			t, sub, ok := strings.Cut(strings.TrimSpace(name), "/")
			if !ok {
				continue
			}
			got := 0
			switch {
			case strings.EqualFold(t, typ) && strings.EqualFold(sub, subtype):
				got = 3
			case strings.EqualFold(t, typ) && sub == "*":
				got = 2
			case t == "*" && sub == "*":
				got = 1
			}
			if got > rank {
				q, rank = quality(params), got
			}
		}
	}
	return q, rank == 1
}
