package source

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// inTCVN3 writes a text as the old fonts had it, in the letters of windows-1252.
func inTCVN3(s string) string {
	letters := []rune(tcvn3)
	return strings.Map(func(r rune) rune {
		for i, l := range letters {
			if l == r && l != ' ' {
				return rune(0xa1 + i)
			}
		}
		return r
	}, s)
}

func TestOldFontsAreRead(t *testing.T) {
	const (
		want = "Đồng bằng được mùa\n\n09/03/2024 10:15\n\nNgười dân của xã đã gặt xong lúa trong tuần này, với những thửa ruộng không còn bị ngập.\n\n" +
			"Theo các cán bộ xã, năm nay là năm được mùa nhất từ trước đến nay, việc tiêu thụ cũng thuận lợi.\n\nMinh Triết\n"
		vni = "Ñoàng baèng ñöôïc muøa\n\n09/03/2024 10:15\n\nNgöôøi daân cuûa xaõ ñaõ gaët xong luùa trong tuaàn naøy, vôùi nhöõng thöûa ruoäng khoâng coøn bò ngaäp.\n\n" +
			"Theo caùc caùn boä xaõ, naêm nay laø naêm ñöôïc muøa nhaát töø tröôùc ñeán nay, vieäc tieâu thuï cuõng thuaän lôïi.\n\nMinh Trieát\n"
	)
	for name, text := range map[string]string{"TCVN3": inTCVN3(want), "VNI": vni} {
		got, font, ok := fromOldFonts(text)
		if !ok || font != name || got != want {
			t.Errorf("%s: read as %q: %s", name, font, got)
		}
		raw, err := charmap.Windows1252.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		for form, body := range map[string]string{"pasted": text, "in bytes": raw} {
			doc, err := Read(Input{Body: []byte(body)})
			if err != nil {
				t.Fatal(err)
			}
			d := doc.Drafts[0]
			if d.Title.Value != "Đồng bằng được mùa" || len(d.Authors) != 1 || d.Authors[0].Name != "Minh Triết" || len(d.Blocks) != 1 {
				t.Errorf("%s %s: %+v", name, form, d)
			}
		}
	}
	if got := capitals("HộI NGHị Đảng Bộ"); got != "HỘI NGHỊ Đảng Bộ" {
		t.Errorf("capitals: %s", got)
	}
}

func TestOtherTextsAreNoOldFonts(t *testing.T) {
	for _, s := range []string{
		"El año pasado la niña comió piñas en el jardín, y después volvió a casa con su mamá.",
		"Le café était fermé, où êtes-vous allés après la fête ? À l'hôtel, bien sûr, très loin.",
		"Người dân của xã đã gặt xong lúa trong tuần này.", "Plain English with a curly quote ’ and a £5 note, © 2024.",
		"Die Straße über den Fluß ist für größere Fahrzeuge geöffnet worden.", "Ela não é irmã de João; são só vizinhos há três anos.",
	} {
		if got, font, ok := fromOldFonts(strings.Repeat(s+"\n", 20)); ok {
			t.Errorf("%q is taken for %s: %.60s", s, font, got)
		}
	}
}

// TestCodePagesAreNoOldFonts reads texts of other languages, each with the letters that the search begins with, in the code
// page they were written in, in UTF-8 and as the wrong letters that a careless converter makes of them.
func TestCodePagesAreNoOldFonts(t *testing.T) {
	const drawn = " Käse® ® señor Muñoz"
	for name, c := range map[string]struct {
		page *charmap.Charmap
		text string
	}{
		"French":     {charmap.Windows1252, "Le conseil a voté hier. Où êtes-vous allés après la fête ? À l'hôtel, bien sûr, là où le café était fermé."},
		"German":     {charmap.Windows1252, "Die Straße über den Fluß ist für größere Fahrzeuge geöffnet. Später wären alle über die Brücke gegangen."},
		"Portuguese": {charmap.Windows1252, "Ela não é irmã de João; são só vizinhos há três anos. Às vezes há sessões, corações e pães. Cãs não há."},
		"Icelandic":  {charmap.Windows1252, "Bæjarstjórn samþykkti tillöguna í gær. Ýmsir þökkuðu fyrir, og það þótti gott við ána."},
		"Turkish":    {charmap.Windows1254, "Belediye başkanı dün akşam açıklama yaptı. İstanbul'da yağış sürüyor, çocuklar için öğle yemeği ücretsiz."},
		"Polish":     {charmap.Windows1250, "Rada przyjęła wczoraj uchwałę. Łódź i Gdańsk są już gotowe, źródło bije pod górą, gdzie rosną dęby."},
		"Hungarian":  {charmap.Windows1250, "A tanács tegnap elfogadta az új rendet. Őszre készül el az út, tűzte ki célul a polgármester."},
		"Russian":    {charmap.Windows1251, "Совет вчера принял решение. Мост открыли после двух лет ремонта, цена выросла на пять рублей."},
		"Vietnamese": {charmap.Windows1258, "Người dân đã gặt xong lúa trong tuần này, với những thửa ruộng không còn bị ngập của xã."},
	} {
		text := strings.Repeat(c.text+drawn+"\n\n", 12)
		forms := []string{text}
		raw := encoding.ReplaceUnsupported(c.page.NewEncoder())
		if b, err := raw.String(text); err != nil {
			t.Fatal(err)
		} else if wrong, err := charmap.Windows1252.NewDecoder().String(b); err != nil {
			t.Fatal(err)
		} else {
			forms = append(forms, wrong)
		}
		if wrong, err := charmap.Windows1252.NewDecoder().String(text); err == nil {
			forms = append(forms, wrong)
		}
		for i, form := range forms {
			if got, font, ok := fromOldFonts(form); ok {
				t.Errorf("%s, form %d, is taken for %s: %.80s", name, i, font, got)
			}
		}
	}
}
