package source

import "testing"

func TestAnAccountIsNobodysName(t *testing.T) {
	for _, name := range []string{
		"admin", "Admin", "ADMIN", "administrator", "webmaster", "btv03", "BTV03", "btv", "Editor 2", "editor2", "nguyenvana", "nguyen.van.a", "nguyen_van_a", "user1234",
		"lan.anh@song.example", "root", "Super User", "quản trị viên", "phongvien-3",
	} {
		if !isAccountName(name) {
			t.Errorf("%s was taken for a name", name)
		}
	}
	for _, name := range []string{
		"Nguyễn Văn A", "Nguyen Van A", "Lan", "N.H", "PV", "TTXVN", "VTV24", "Kenh14", "danah boyd", "Jane Doe", "Minh Anh", "Ban biên tập", "Reuters", "vnexpress.net",
		"tidewater.example", "oe24.at", "www.tide.pl", "新华社", "дарья", "24h", "Admiral Jones", "O", "bà Tư", "Nhóm PV", "Web Harper", "",
	} {
		if isAccountName(name) {
			t.Errorf("%s was taken for an account", name)
		}
	}
	for line, want := range map[string]bool{
		"Đăng bởi btv03 - 12/03/2026 07:10": true, "Submitted by webmaster on Mon, 05/11/2026 - 18:20": true, "12/03/2026 | admin": true, "By editor2 | 3 May 2026": true,
		"Đăng bởi Hà An - 12/03/2026 07:10": false, "12/03/2026": false, "By admin": false, "The admin left on 12/03/2026 - nobody saw it": false,
	} {
		if isAccountAndDate(line) != want {
			t.Errorf("%s: an account and its date %v", line, !want)
		}
	}
}
