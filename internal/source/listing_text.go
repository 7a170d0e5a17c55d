package source

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isNoHeadline says whether a link's text says nothing of the article.
func isNoHeadline(s string) bool { return isOnlyDigits(s) || len(s) < 100 && readOn[foldLine(s)] }

// readOn are the texts of links that have a headline elsewhere.
var readOn = lineSet(`xem thêm|xem tiếp|đọc tiếp|đọc thêm|chi tiết|xem chi tiết|xem ngay|đọc bài|đọc bài viết|xem bài viết|tiếp theo|read more|more|continue reading|continue|read full story|full story|read the full story|read article|details|
	view|view more|view article|learn more|read on|permalink|comments|leave a comment|bình luận|0 comments|no comments|share|chia sẻ|weiterlesen|mehr|lire la suite|leer más|seguir leyendo|leggi tutto|leia mais|читать далее|続きを読む|阅读全文|자세히 보기`)

// pagers are the texts of links that lead to another page of the list.
var pagers = lineSet(`trang sau|trang trước|trang tiếp|trang tiếp theo|trang kế|bài cũ hơn|bài mới hơn|bài đăng cũ hơn|bài đăng mới hơn|next page|previous page|next|previous|older|newer|older posts|newer posts|older articles|newer articles|load more|show more|all articles|all news|
	weiter|zurück|nächste seite|vorherige seite|ältere beiträge|neuere beiträge|mehr laden|page suivante|page précédente|suivant|précédent|articles plus anciens|página siguiente|página anterior|siguiente|anterior|pagina successiva|pagina precedente|próxima página|
	следующая страница|предыдущая страница|次のページ|前のページ|次へ|前へ|もっと見る|一覧へ|下一页|上一页|更多|다음 페이지|이전 페이지|더보기`)

func isOnlyDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) }) < 0
}

// headlineWords counts the words of a headline; two characters of a script without spaces are one.
func headlineWords(s string) int {
	n, wide := 0, 0
	for _, f := range strings.Fields(s) {
		letter := false
		for _, r := range f {
			switch {
			case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Khmer, unicode.Lao):
				wide++
			case unicode.IsLetter(r), unicode.IsDigit(r):
				letter = true
			}
		}
		if letter {
			n++
		}
	}
	return n + wide/2
}

// textScore says how much a link's text looks like a headline.
func textScore(s string) int {
	if isNoHeadline(s) {
		return -2
	}
	switch n := headlineWords(s); {
	case n >= 6 && utf8.RuneCountInString(s) >= 14:
		return 3
	case n >= 4:
		return 2
	case n == 3:
		return 0
	}
	return -2
}
