package source

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// sitemapEntry is one address of a sitemap, strings as written.
type sitemapEntry struct {
	loc, lastmod                                          string
	name, language, published, title, keywords, access    string // news:
	videoTitle, videoText, videoFile, videoDate, videoLen string
	thumbnail                                             string
	videoTags                                             []string
	pictures                                              []hub.DraftPicture
	alternates                                            []hub.Alternate
	named                                                 int // alternates, also those beyond the limit
	amp                                                   string
	steps                                                 []hub.Step
}

// address is a link of the sitemap made absolute; "" where it is none of the web.
func (r *sitemapReader) address(loc string) string {
	loc = strings.ReplaceAll(strings.TrimSpace(loc), "&amp;", "&") // escaped twice
	if loc == "" || len(loc) > maxLink {
		return ""
	}
	if loc = resolve(r.in.URL, withScheme(loc)); !isWeb(loc) {
		return ""
	}
	return loc
}

// take says whether an address is usable and new.
func (r *sitemapReader) take(loc string, have int) (string, bool) {
	switch loc = strings.TrimSpace(loc); {
	case loc == "":
		r.without++
		return "", false
	case r.seen[loc]:
		r.twice++
		return "", false
	case have >= maxSitemapURLs:
		r.more++
		return "", false
	}
	address := r.address(loc)
	switch {
	case address == "":
		r.unusable++
	case r.seen[address]:
		r.twice++
	default:
		r.seen[address] = true
		return address, true
	}
	return "", false
}

func (r *sitemapReader) sitemap(loc, lastmod string) {
	if address, ok := r.take(loc, len(r.doc.Sitemaps)); ok {
		r.doc.Sitemaps, r.doc.Changed = append(r.doc.Sitemaps, address), append(r.doc.Changed, strings.TrimSpace(lastmod))
	}
}

func (r *sitemapReader) url(e *sitemapEntry) {
	address, ok := r.take(e.loc, len(r.doc.Drafts))
	if !ok {
		return
	}
	d := hub.Draft{
		URL: address, Base: address, Title: hub.Text{Value: first(e.title, e.videoTitle)}, Summary: sniffed(e.videoText),
		Published: raws(e.published, e.videoDate), Modified: raws(e.lastmod), Language: e.language,
		Tags: raws(append(strings.Split(e.keywords, ","), e.videoTags...)...), Paywalled: strings.EqualFold(e.access, "subscription"),
		Pictures: e.pictures, AMP: e.amp, Steps: e.steps,
	}
	if loc := strings.TrimSpace(e.loc); withScheme(loc) != loc {
		d.Steps = append(d.Steps, hub.Step{Step: "link without a scheme", Field: "url", Before: clip(loc, 300), After: clip(address, 300)})
	}
	if e.named > maxAlternates {
		d.Steps = append(d.Steps, cutAlternates(e.named))
	}
	if len(d.Pictures) == 0 && e.thumbnail != "" {
		d.Pictures = []hub.DraftPicture{{URL: e.thumbnail}}
	}
	if len(d.Pictures) > 0 {
		d.Image = d.Pictures[0]
	}
	if e.videoFile != "" {
		seconds, _ := strconv.Atoi(e.videoLen) // 0 where it is none
		d.Attachments = []hub.Attachment{{URL: e.videoFile, Title: e.videoTitle, Duration: time.Duration(max(seconds, 0)) * time.Second}}
	}
	for _, a := range e.alternates {
		a.URL = resolve(address, a.URL)
		switch {
		case strings.EqualFold(a.Language, "x-default"):
		case a.URL == address:
			d.Language = first(d.Language, a.Language)
		default:
			d.Alternates = append(d.Alternates, a)
		}
	}
	r.doc.Title = first(r.doc.Title, e.name)
	if r.doc.Drafts == nil {
		r.doc.Drafts = make([]hub.Draft, 0, r.hint)
	}
	r.doc.Drafts = append(r.doc.Drafts, d)
}

// finish says what was left out.
func (r *sitemapReader) finish() {
	say := func(n int, one, many string) {
		switch {
		case n == 1:
			r.notes.add(one)
		case n > 1:
			r.notes.add(fmt.Sprintf(many, n))
		}
	}
	say(r.without, "an entry without an address was left out", "%d entries without an address were left out")
	say(r.unusable, "an entry whose address is none of the web was left out", "%d entries whose addresses are none of the web were left out")
	say(r.twice, "an address that stands here twice was taken once", "%d addresses that stood here before were taken once")
	say(r.more, fmt.Sprintf("an address beyond the first %d was left out", maxSitemapURLs),
		fmt.Sprintf("%%d addresses beyond the first %d were left out", maxSitemapURLs))
	if isWeb(r.in.URL) {
		r.doc.Home = resolve(r.in.URL, "/")
	}
	r.doc.Warnings = r.notes.all()
}
