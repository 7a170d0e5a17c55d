package source

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// fieldKind is what a labelled field of a form, an export or an e-mail's head holds.
type fieldKind int

const (
	noField fieldKind = iota
	fieldTitle
	fieldSection
	fieldTags
	fieldAuthor
	fieldDate
	fieldUpdate
	fieldSummary
	fieldBody
	fieldLanguage
	fieldURL
	fieldCaption
	fieldIgnored
)

// fieldNames are the labels of such fields, folded by foldLine.
var fieldNames = fieldSet(map[fieldKind]string{
	fieldTitle:    `tiêu đề|tiêu đề bài viết|tên bài|tên bài viết|tít|tít chính|title|headline|subject|story title`,
	fieldSection:  `chuyên mục|mục|danh mục|chuyên trang|section|category|categories|rubric|desk`,
	fieldTags:     `từ khóa|từ khoá|tags|tag|keywords|keyword|thẻ`,
	fieldAuthor:   `tác giả|người viết|bút danh|phóng viên|author|authors|byline|by|writer|reporter|from|người gửi|tác giả bài viết`,
	fieldDate:     `ngày đăng|ngày|ngày xuất bản|thời gian|thời gian đăng|ngày giờ|ngày giờ đăng|đăng lúc|xuất bản|date|published|publication date|pubdate|publish date|published at|date published|posted|sent|ngày gửi`,
	fieldUpdate:   `cập nhật|ngày cập nhật|cập nhật lúc|updated|modified|last updated|last modified|updated at|date modified`,
	fieldSummary:  `tóm tắt|sapo|sa-pô|sa pô|mô tả|dẫn|lời dẫn|phần dẫn|trích dẫn|lead|lede|intro|summary|description|abstract|standfirst|teaser|excerpt|deck|dek`,
	fieldBody:     `nội dung|nội dung bài viết|nội dung chính|nội dung chi tiết|chi tiết|toàn văn|body|content|text|full text|article|body text|story`,
	fieldLanguage: `ngôn ngữ|language|lang`,
	fieldURL:      `url|link|đường dẫn|liên kết|permalink|địa chỉ|nguồn bài|original link|link gốc`,
	fieldCaption:  `chú thích ảnh|chú thích|caption|photo caption|image caption`,
	fieldIgnored:  `to|cc|bcc|đến|người nhận|kính gửi|reply-to|message-id|mime-version|content-type|id|mã bài|mã|status|trạng thái|slug|số từ|word count|words|layout|draft|importance|attachments`,
})

func fieldSet(kinds map[fieldKind]string) map[string]fieldKind {
	set := map[string]fieldKind{}
	for kind, list := range kinds {
		for key := range lineSet(list) {
			set[key] = kind
		}
	}
	return set
}

// fieldLine is "Label: value"; a tab or a table's bar may stand for the colon, and brackets or stars around the label.
var fieldLine = regexp.MustCompile(`^(?:\|\s*)?[\[*_]{0,3}([\p{L}\p{Mn}][\p{L}\p{Mn} _-]{0,30})[\]*_]{0,3}\s*(?:[:：][\]*_]{0,3}|\t|\|)\s*(.*?)(?:\s*\|)?$`)

// fieldOf reads a labelled line; value is "" where the label stands alone.
func fieldOf(line string) (kind fieldKind, value string) {
	if kind = fieldNames[foldLine(line)]; kind != noField {
		return kind, ""
	}
	m := fieldLine.FindStringSubmatch(line)
	if m == nil {
		m = bracketed.FindStringSubmatch(line)
	}
	if m == nil {
		return noField, ""
	}
	return fieldNames[foldLine(strings.ReplaceAll(m[1], "_", " "))], strings.TrimSpace(m[2])
}

// maxFields is how many paragraphs a form's head may have.
const maxFields = 40

// fields reads the head of a form. It is one only where the title is named, and nothing but fields stands above it; the body
// begins after its own label, or with the first paragraph that has none.
func (r *textReader) fields() {
	if !r.isForm() {
		return
	}
	r.form = true
	for ; r.at < len(r.paras) && r.at < maxFields; r.at++ {
		p := r.paras[r.at]
		kind, value := fieldOf(p.text)
		if kind == noField {
			return
		}
		if value == "" && kind != fieldBody {
			if r.at+1 >= len(r.paras) {
				return
			}
			if next, _ := fieldOf(r.paras[r.at+1].text); next != noField {
				r.step("empty field", "content_text", p.text, "")
				continue
			}
			r.step("label of a field", "content_text", p.text, "")
			r.at++
			value, p = r.paras[r.at].text, r.paras[r.at]
		}
		if kind == fieldBody {
			r.step("label of a field", "content_text", p.text, value)
			if r.at++; value != "" {
				r.at--
				r.paras[r.at].text = value
			}
			return
		}
		r.field(kind, p.text, value)
	}
}

// isForm says whether the text begins with fields.
func (r *textReader) isForm() bool {
	title, named := false, 0
	for i := 0; i < len(r.paras) && i < 14; i++ {
		kind, value := fieldOf(r.paras[i].text)
		if kind == noField {
			if i > 0 {
				break
			}
			return false
		}
		named++
		if kind == fieldTitle {
			title = true
			if value == "" && (i+1 >= len(r.paras) || utf8.RuneCountInString(r.paras[i+1].text) > maxTitle) {
				return false
			}
		}
		if value == "" {
			i++ // its value stands below
		}
	}
	first, value := fieldOf(r.paras[0].text)
	return title && (named > 1 || first == fieldTitle && len(value) > 12)
}

// tailField takes a field that stands below the body, and its value where that has a line of its own.
func (r *textReader) tailField(i *int) bool {
	line := r.paras[*i].text
	kind, value := fieldOf(line)
	if kind == noField || kind == fieldTitle || kind == fieldBody {
		return false
	}
	if value == "" && *i+1 < len(r.paras) {
		r.step("label of a field", "content_text", line, "")
		*i++
		line = r.paras[*i].text
		value = line
	}
	r.field(kind, line, value)
	return true
}

// field puts one field where it belongs.
func (r *textReader) field(kind fieldKind, line, value string) {
	value = strings.Trim(value, "\"“”' ")
	if value == "" {
		r.step("empty field", "content_text", line, "")
		return
	}
	name := ""
	switch kind {
	case fieldTitle:
		name, r.draft.Title.Value = "title", replyMark.ReplaceAllString(value, "")
	case fieldSection:
		name, r.draft.Tags = "tags", raws(append(r.draft.Tags, value)...)
	case fieldTags:
		name, r.draft.Tags = "tags", raws(append(r.draft.Tags, keywords(strings.Trim(value, "[]"))...)...)
	case fieldAuthor:
		r.author(line, namedAuthors(value))
		return
	case fieldDate:
		name, r.draft.Published = "date_published", append(r.draft.Published, value)
	case fieldUpdate:
		name, r.updated = "date_modified", append(r.updated, value)
	case fieldSummary:
		name, r.draft.Summary.Value = "summary", value
	case fieldLanguage:
		name, r.draft.Language = "language", languageNamed(value)
	case fieldURL:
		if name = "url"; r.draft.URL == "" && isAddress(value) {
			r.draft.URL, r.draft.Base = value, value
		}
	case fieldCaption:
		r.step("label of a field", "content_text", line, value)
		r.put(-1, "caption", value)
		return
	default:
		name, value = "content_text", ""
	}
	r.step("field", name, line, value)
}

var replyMark = regexp.MustCompile(`(?i)^(?:(?:re|fw|fwd|tr)\s*:\s*)+`)

func isListMark(r rune) bool { return r == ',' || r == ';' || r == '|' }

// languageNamed is the code of a language that a form writes out.
func languageNamed(value string) string {
	if code, ok := editionNames[foldLine(value)]; ok {
		return code
	}
	return value
}
