package source

import (
	"regexp"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

var (
	// accountName is how systems name who logs in: one word of small letters, digits and marks.
	accountName = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,40}$`)
	// accountNumber is a desk's account with its number, however it is written: BTV03, Editor 2.
	accountNumber = regexp.MustCompile(`^(?i:admin|administrator|mod|moderator|editor|author|reporter|writer|user|staff|guest|test|btv|pv|ctv|phongvien|bientap|bientapvien|toasoan|quantri)[\s._-]?\d{1,6}$`)
	// putOnline introduces who put an article online, where writtenBy does not.
	putOnline = regexp.MustCompile(`(?i)^(?:(?:được\s+)?(?:đăng|viết|gửi|cập nhật)\s+bởi|người\s+(?:đăng|gửi|cập nhật)|(?:submitted|added|uploaded|updated|created)\s+by|publicado por|publié par|mis en ligne par|veröffentlicht von|eingestellt von|pubblicato da)\s*:?\s+`)
	// siteName is a house that signs by its address.
	siteName = regexp.MustCompile(`\.(?:com|net|org|info|news|tv|vn|io|co|uk|de|fr|es|it|eu|us|at|ch|pl|ru|jp|cn|kr|nl|be|se|dk|fi|cz|sk|hu|ro|pt|br|mx|ar|cl|au|nz|ca|ie|gr|tr|ua|lt|lv|ee|hr|si|rs|bg|lu|sg|hk|tw|example)$`)
)

// isAccountName says whether a page names an account where its writer's name belongs: admin, btv03, nguyenvana, a mail address.
// An account is nobody's name, though it may be somebody's.
func isAccountName(name string) bool {
	name = strings.TrimSpace(name)
	switch foldLine(name) {
	case "editor", "editors", "super admin", "super user", "superadmin", "site admin", "site editor", "web editor", "guest", "anonymous", "unknown", "btv", "biên tập viên":
		return true
	}
	return isAccount(name) || mailAddress.MatchString(name) || accountNumber.MatchString(name) || accountName.MatchString(name) && !siteName.MatchString(name)
}

// isNobody says whether what stands in a writer's place is the site's name or an account, with or without the word that introduces a
// writer.
func (p *page) isNobody(name string) bool {
	name = strings.Trim(name, " |•·–—-,→")
	return p.isSite(name) || isAccountLine(name)
}

// isAccountLine says whether a line names an account and nothing else, but maybe the word that introduces it.
func isAccountLine(line string) bool {
	for _, word := range [2]*regexp.Regexp{writtenBy, putOnline} {
		if at := word.FindStringIndex(line); at != nil && isAccountName(line[at[1]:]) {
			return true
		}
	}
	return isAccountName(line)
}

// isAccountAndDate says whether a line tells which account put the article online, and when.
func isAccountAndDate(line string) bool {
	if date, other := dateBeside(line); date != "" && isAccountLine(other) {
		return true
	}
	for _, word := range [2]*regexp.Regexp{writtenBy, putOnline} {
		if at := word.FindStringIndex(line); at != nil {
			name, date, _ := strings.Cut(line[at[1]:], " ")
			if isAccountName(name) && isPageDate(date) {
				return true
			}
		}
	}
	return false
}

// withoutAccounts are those of the authors that are named by more than an account.
func (p *page) withoutAccounts(list []hub.DraftAuthor) []hub.DraftAuthor {
	return slices.DeleteFunc(list, func(a hub.DraftAuthor) bool { return p.passesOver(a.Name) })
}

// passesOver says whether what machines are told is the writer's name is an account's, and notes it: what people are shown is then
// asked more strictly for a name.
func (p *page) passesOver(name string) bool {
	if !isAccountName(name) {
		return false
	}
	p.account = true
	step := hub.Step{Step: "account is no author", Field: "authors", Before: clipText(name)}
	if !slices.Contains(p.draft.Steps, step) {
		p.step(step.Step, step.Field, name, "")
	}
	return true
}
