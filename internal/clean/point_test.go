package clean

import (
	"testing"

	"tinhub/internal/hub"
)

func TestAPlaceIsReadOrLeftOut(t *testing.T) {
	for raw, want := range map[string]*hub.Point{
		"45.256 -71.92":    {Lat: 45.256, Lon: -71.92},
		" 10.95,106.82\n":  {Lat: 10.95, Lon: 106.82},
		"-90 180":          {Lat: -90, Lon: 180},
		"":                 nil,
		"0 0":              nil,
		"91 0":             nil,
		"0 181":            nil,
		"NaN 1":            nil,
		"10":               nil,
		"10 20 30":         nil,
		"somewhere nearby": nil,
	} {
		got := readPoint(raw)
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%q: got %v, want %v", raw, got, want)
		}
	}
}
