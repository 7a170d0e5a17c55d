package clean

import (
	"math"
	"strconv"
	"strings"

	"tinhub/internal/hub"
)

// readPoint reads a place as GeoRSS writes it, "45.256 -71.92" (GeoRSS Simple, "Point"), or with a comma; nil where it is no
// place on earth. Zero and zero is what systems write that know no place.
func readPoint(raw string) *hub.Point {
	f := strings.FieldsFunc(raw, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	if len(f) != 2 {
		return nil
	}
	lat, err := strconv.ParseFloat(f[0], 64)
	if err != nil {
		return nil
	}
	lon, err := strconv.ParseFloat(f[1], 64)
	if err != nil || !(math.Abs(lat) <= 90) || !(math.Abs(lon) <= 180) || lat == 0 && lon == 0 {
		return nil
	}
	return &hub.Point{Lat: lat, Lon: lon}
}
