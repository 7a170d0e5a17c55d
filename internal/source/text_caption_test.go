package source

import (
	"strings"
	"testing"

	"tinhub/internal/hub"
)

// TestShortLinesTellOrHead puts short lines between the paragraphs of an article: one that tells of something to be seen is
// a caption, one that says what is to come is a heading. Headings come in pairs.
func TestShortLinesTellOrHead(t *testing.T) {
	vietnamese := [4]string{
		"Tân Lộc có trạm bơm mới\n\n09/03/2024 10:15\n\nSáng 9-3, xã đã khánh thành trạm bơm phục vụ hơn 640 hécta lúa của ba ấp ven kênh, sau bảy tháng thi công.\n\n" +
			"Trạm bơm có hai tổ máy, vốn đầu tư hơn 7,2 tỷ đồng, trong đó người dân đóng góp gần 900 triệu đồng.\n\n",
		"\n\nTừ vụ hè thu này, bà con không còn phải chờ con nước mới xuống giống được, và có thể tính chuyện ba vụ.\n\n",
		"Vốn từ dân\n\n", "Xã sẽ làm tiếp hai trạm nữa trong năm sau.\n\nMinh Triết\n",
	}
	english := [4]string{
		"Old cinema becomes a library\n\n14 March 2024\n\nThe town will turn the old cinema into a library with 40,000 books, it was decided on Thursday night.\n\n" +
			"The building has been empty since 2011, and its roof leaks, but the walls are sound, an engineer said.\n\n",
		"\n\nWork begins in September and will cost 3.4 million, a third of it paid by the region, said the mayor.\n\n",
		"What it costs\n\n", "It will be open on Sundays too.\n\nDora Finch\n",
	}
	for _, c := range []struct {
		text  [4]string
		kind  hub.BlockKind
		lines string
	}{
		{vietnamese, hub.BlockHeading, "Khó khăn từ nguồn vốn|Người dân được hưởng lợi|Đẩy mạnh chuyển đổi số trong nông nghiệp|Bài học từ Lâm Hà|Hướng đi mới cho cây dừa Bến Tre|" +
			"Không để ai bị bỏ lại phía sau|Sống chung với lũ trên đồng|Ông Ba và vườn chim|Tín hiệu vui từ vụ lúa đông xuân|Những người thầy ở vùng cao|Mỗi xã một sản phẩm|Người trẻ về quê khởi nghiệp"},
		{vietnamese, hub.BlockCaption, "Nông dân thu hoạch lúa trên cánh đồng xã Tân Lộc|Một góc chợ nổi Cái Răng buổi sớm|Bà Sáu bên gian hàng bánh dân gian|Đoạn đường bị sạt lở dài 40 m|" +
			"Ông Lê Văn Tám kiểm tra vườn sầu riêng|Cầu Bến Lội nhìn từ trên cao|Đội văn nghệ xã biểu diễn|Sạt lở bờ sông ở ấp Phước Lý|Mẻ cá đầu tiên của anh Tư|Chị Hiên hái cam tại vườn nhà"},
		{english, hub.BlockHeading, "Life on the river|What the council wants|The cost of silence|Waiting for the rain|A second chance for the mill|The road ahead|Rising water, falling prices|Out of the shadows"},
		{english, hub.BlockCaption, "The mill seen from the old bridge|Volunteers plant trees along the canal|Mayor Ann Porter cuts the ribbon on Saturday|An empty shop on Quay Street|" +
			"Farmer Joe Clay with his new tractor|Boats moored below the castle|The winning team with the cup|Children play in the new fountain"},
	} {
		for _, line := range strings.Split(c.lines, "|") {
			text := c.text[0] + line + c.text[1]
			if c.kind == hub.BlockHeading {
				text += c.text[2]
			}
			doc, err := Read(Input{Body: []byte(text + c.text[3]), Kind: "text"})
			if err != nil {
				t.Fatal(err)
			}
			got := hub.BlockKind("gone")
			for _, b := range doc.Drafts[0].Blocks {
				if b.Text == line {
					got = b.Kind
				}
			}
			if got != c.kind {
				t.Errorf("%q is %s, want %s", line, got, c.kind)
			}
		}
	}
}
