package clean

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

func TestTry(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/feeds/*")
	files = append(files, "../../../shared/data/seed-article.txt")
	loc := mustZone(t, "Asia/Ho_Chi_Minh")
	for _, f := range files {
		b, _ := os.ReadFile(f)
		doc, err := source.Read(source.Input{Body: b, URL: "https://src.example/feed"})
		if err != nil {
			fmt.Println(f, err)
			continue
		}
		in, err := Document(doc, Setting{Source: hub.Source{ID: "x", Location: loc}, Explain: true, Language: "vi"})
		if err != nil {
			fmt.Println(f, err)
			continue
		}
		for _, i := range in {
			j, _ := json.MarshalIndent(i, "", " ")
			fmt.Println(f, string(j))
			checkIdempotent(t, f, i, Setting{Source: hub.Source{ID: "x", Location: loc}, Explain: true, Language: "vi"})
		}
	}
}
