package source

import (
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/publicsuffix"
)

// key is what two links to the same article have in common, and the link's absolute form as far as it is known. ok is
// false for what leads to no page.
func (l *listing) key(href string) (key string, u *url.URL, ok bool) {
	href = strings.TrimSpace(href)
	if href == "" || strings.HasPrefix(href, "#") || len(href) > maxLink {
		return "", nil, false
	}
	u, err := url.Parse(resolve(l.base, href))
	if err != nil || u.Opaque != "" || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return "", nil, false
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	query := ""
	if u.RawQuery != "" {
		var parts []string
		for _, p := range strings.Split(u.RawQuery, "&") {
			if name, _, _ := strings.Cut(strings.ToLower(p), "="); p != "" && !isTracking(name) {
				parts = append(parts, p)
			}
		}
		query = "?" + strings.Join(parts, "&")
	}
	return host + "/" + strings.Trim(u.EscapedPath(), "/") + strings.TrimSuffix(query, "?"), u, true
}

func isTracking(name string) bool {
	switch name {
	case "fbclid", "gclid", "ref", "src", "source", "from", "cmpid", "at_campaign", "at_medium", "ito", "icid", "taid", "zarsrc", "vn_source", "vn_campaign", "vn_medium", "vn_term", "vn_thumb":
		return true
	}
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "mc_")
}

// isForeign says whether a link leads to another site.
func (l *listing) isForeign(u *url.URL) bool {
	return u.Host != "" && l.host != "" && siteOf(u.Hostname()) != siteOf(l.host)
}

func siteOf(host string) string {
	host = strings.ToLower(host)
	if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return site
	}
	return strings.TrimPrefix(host, "www.")
}

var (
	datePath    = regexp.MustCompile(`/(?:19|20)\d{2}[/-]?(?:0?[1-9]|1[0-2]|[a-z]{3})[/-]?(?:[0-3]?\d)?(?:[/_-]|$)|[/_-](?:19|20)\d{6}(?:\d{2,9})?(?:[/._-]|$)`)
	longNumber  = regexp.MustCompile(`\d{5,}`)
	shortNumber = regexp.MustCompile(`(?:^|[^\d])\d{2,4}(?:[^\d]|$)`)
	dateShelf   = regexp.MustCompile(`(?:^|/)(?:19|20)\d{2}(?:/\d{1,2}){0,2}$`)
	shelfQuery  = regexp.MustCompile(`(?i)^(?:cat|cate|category|catid|cateid|cat_id|categoryid|category_id|cid|section|sectionid|chuyenmuc|chuyenmucid|tabid|menuid|zoneid|folderid|tag|topic|topicid|author)=`)
	idQuery     = regexp.MustCompile(`(?i)(?:^|&)[a-z_]*(?:id|article|story|news|tin|bai|p|aid|nid|sid|tid)=[\w-]*\d`)
	pageQuery   = regexp.MustCompile(`(?i)(?:^|&)(?:page|trang|paged|pageindex|pg|offset|start|sort|q|s|keyword|search)=`)
	shelfPage   = regexp.MustCompile(`^(?:page|trang|p|trang-)-?\d{1,5}$`)
)

// urlScore says how much an address looks like an article's, not like a section's or a file's. It is far below zero for
// what can be no article.
func urlScore(u *url.URL) int {
	p := strings.ToLower(strings.Trim(u.EscapedPath(), "/"))
	if p == "" && u.RawQuery == "" {
		return notArticle
	}
	query := articleQuery(u.RawQuery)
	if query == "" && u.RawQuery != "" && shelfQuery.MatchString(u.RawQuery) {
		return notArticle
	}
	segments := strings.Split(p, "/")
	if n := len(segments) - 1; n > 0 && !idQuery.MatchString(query) && isIndexFile(segments[n]) {
		segments = segments[:n] // /2014/07/24/algerie/index.html
	}
	last := segments[len(segments)-1]
	ext := path.Ext(last)
	if isFileExt(ext) || dateShelf.MatchString(strings.Join(segments, "/")) && u.RawQuery == "" {
		return notArticle
	}
	if len(ext) > 6 || strings.ContainsAny(ext, "-_") {
		ext = ""
	}
	name := strings.TrimSuffix(last, ext)
	score := 0
	for i, s := range segments {
		if isShelf(s) || i == len(segments)-1 && !idQuery.MatchString(query) && (isService(name) || shelfPage.MatchString(name)) {
			return notArticle
		}
		if i < len(segments)-1 && isNewsFolder(s) && score == 0 {
			score++
		}
	}
	switch tail := strings.Join(segments[max(0, len(segments)-2):], "/"); {
	case datePath.MatchString("/" + p), longNumber.MatchString(tail):
		score += 3
	case shortNumber.MatchString(name):
		score++
	}
	words := len(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '+' }))
	switch {
	case words >= 5:
		score += 2
	case words >= 3, strings.Contains(name, "%") && len(name) > 40:
		score++
	}
	if ext != "" && ext != ".com" {
		score++
	}
	switch {
	case pageQuery.MatchString(u.RawQuery) && !idQuery.MatchString(query):
		return notArticle
	case idQuery.MatchString(query):
		score += 3
	case strings.IndexFunc(query, unicode.IsDigit) >= 0:
		score++
	}
	if len(segments) == 1 && words <= 2 && u.RawQuery == "" && strings.IndexFunc(name, unicode.IsDigit) < 0 {
		score -= 3
	}
	return score
}

const notArticle = -100

// articleQuery is a query without what names a section: the rest may name an article.
func articleQuery(raw string) string {
	if !shelfQuery.MatchString(raw) && !strings.Contains(raw, "&") {
		return raw
	}
	var parts []string
	for _, p := range strings.Split(raw, "&") {
		if !shelfQuery.MatchString(p) {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "&")
}

func isFileExt(ext string) bool {
	switch ext {
	case ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg",
		".mp3", ".mp4", ".m4a", ".avi", ".wmv", ".flv", ".rss", ".xml", ".css", ".js", ".json", ".ics", ".apk", ".exe", ".txt", ".csv", ".epub":
		return true
	}
	return false
}

func isIndexFile(file string) bool {
	name, _, _ := strings.Cut(file, ".")
	return name == "index" || name == "default" || name == "amp"
}

// isShelf names the folders of lists and of the machinery.
func isShelf(segment string) bool {
	switch segment {
	case "tag", "tags", "topic", "topics", "chu-de", "tu-khoa", "keyword", "keywords", "author", "authors", "tac-gia", "category",
		"categories", "chuyen-muc", "danh-muc", "search", "tim-kiem", "login", "dang-nhap", "signin", "sign-in", "register", "dang-ky", "account", "wp-login.php",
		"user", "users", "profile", "profiles", "wp-content", "wp-admin", "wp-json", "cdn-cgi", "sharer", "share", "intent", "cart", "my-account", "thanh-vien", "label",
		"print", "in-bai", "abo", "abonnement", "abonnements", "subscribe", "subscription", "subscriptions", "suscripcion", "abbonamenti", "assinatura", "newsletter", "newsletters":
		return true
	}
	return false
}

// isService names the pages that every site has and nobody reads twice.
func isService(name string) bool {
	switch name {
	case "rss", "feed", "feeds", "atom", "sitemap", "about", "about-us", "gioi-thieu", "lien-he", "contact", "contact-us", "privacy", "privacy-policy", "terms",
		"terms-of-service", "terms-of-use", "terms-and-conditions", "cookie-policy", "cookies", "subscribe", "newsletter", "newsletters", "help", "faq", "advertise", "quang-cao", "lien-he-quang-cao", "jobs", "careers", "index", "home",
		"default", "trang-chu", "dieu-khoan-su-dung", "chinh-sach-bao-mat", "so-do-site", "archive", "archives", "ban-doc", "accessibility", "donate", "logout", "dat-bao", "toa-soan":
		return true
	}
	return false
}

func isNewsFolder(segment string) bool {
	switch segment {
	case "news", "article", "articles", "story", "stories", "post", "posts", "blog", "tin-tuc", "tin", "bai-viet", "archives", "detail", "chi-tiet", "view",
		"read", "node", "content", "p", "a", "s", "n":
		return true
	}
	return false
}
