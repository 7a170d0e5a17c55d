package source

import (
	"math"
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"tinhub/internal/hub"
)

// place is where an item happened: a point, else the middle of an area or the beginning of a line, which leaves a step. Of several shapes
// the first counts, a box before a circle, a polygon and a line.
func place(d *hub.Draft, exts ext.Extensions) {
	if len(exts) == 0 {
		return
	}
	if d.Point = pointOf(exts); d.Point != "" {
		return
	}
	if shape, raw, at := geoShape(exts); at != "" {
		d.Point = at
		d.Steps = append(d.Steps, hub.Step{Step: "point of a " + shape, Field: "point", Before: clip(raw, 300), After: at})
	}
}

// pointOf is a point, "lat lon": GeoRSS Simple and GML, the W3C's geo, ICBM, podcast:location.
func pointOf(exts ext.Extensions) string {
	if p := value(exts, "georss", "point"); p != "" {
		return pair(p)
	}
	for _, where := range exts["georss"]["where"] {
		if p := gmlPoint(where.Children["Point"]); p != "" {
			return p
		}
	}
	if p := gmlPoint(exts["gml"]["Point"]); p != "" {
		return p
	}
	for _, g := range exts["geo"]["Point"] {
		if lat, long := childText(g, "lat"), first(childText(g, "long"), childText(g, "lon")); lat != "" && long != "" {
			return lat + " " + long
		}
	}
	for _, names := range [][3]string{{"geo", "lat", "long"}, {"geo", "lat", "lon"}, {"icbm", "latitude", "longitude"}, {"georss", "lat", "long"}} {
		if lat, long := value(exts, names[0], names[1]), value(exts, names[0], names[2]); lat != "" && long != "" {
			return lat + " " + long
		}
	}
	for _, l := range append(exts["media"]["location"], nestedAll(exts["media"]["group"], "location")...) {
		if p := first(gmlPoint(l.Children["Point"]), gmlPoint(nestedAll(l.Children["where"], "Point")), childText(l, "point")); p != "" {
			return pair(p)
		}
	}
	for _, l := range exts["podcast"]["location"] {
		if p, ok := strings.CutPrefix(strings.TrimSpace(l.Attrs["geo"]), "geo:"); ok {
			p, _, _ = strings.Cut(p, ";")
			return pair(p)
		}
	}
	return ""
}

// geoShape is the first shape that GeoRSS Simple or GML gives an item, as written, and the place that stands for it.
func geoShape(exts ext.Extensions) (shape, raw, at string) {
	georss := exts["georss"]
	for _, name := range [...]string{"box", "circle", "polygon", "line"} {
		if raw = value(exts, "georss", name); raw != "" {
			return name, raw, placeOf(name, raw)
		}
	}
	for _, where := range append(georss["where"], exts["gml"]["where"]...) {
		for _, e := range where.Children["Envelope"] {
			if raw = childText(e, "lowerCorner") + " " + childText(e, "upperCorner"); inDegrees(e) {
				return "box", raw, placeOf("box", raw)
			}
		}
		for _, e := range where.Children["LineString"] {
			if raw = childText(e, "posList"); inDegrees(e) {
				return "line", raw, placeOf("line", raw)
			}
		}
		for _, e := range where.Children["Polygon"] {
			for _, ring := range nestedAll(e.Children["exterior"], "LinearRing") {
				if raw = childText(ring, "posList"); inDegrees(e) {
					return "polygon", raw, placeOf("polygon", raw)
				}
			}
		}
	}
	return "", "", ""
}

// placeOf is the place that stands for a shape; "" where its numbers are none, or no places on earth.
func placeOf(shape, raw string) string {
	f := numbersIn(raw)
	var lats, lons []float64
	for i := 0; i+1 < len(f) && i < 2*maxCorners; i += 2 {
		lat, err := strconv.ParseFloat(f[i], 64)
		lon, err2 := strconv.ParseFloat(f[i+1], 64)
		if err != nil || err2 != nil || !(math.Abs(lat) <= 90) || !(math.Abs(lon) <= 180) {
			return ""
		}
		lats, lons = append(lats, lat), append(lons, lon)
	}
	switch {
	case shape == "circle" && len(f) == 3, shape == "line" && len(f) >= 4 && len(f)%2 == 0:
		return f[0] + " " + f[1]
	case shape == "box" && len(f) == 4:
		if lons[0] > lons[1] { // over the 180th meridian
			lons[1] += 360
		}
	case shape == "polygon" && len(f) >= 6 && len(f)%2 == 0:
	default:
		return ""
	}
	lon := (slices.Min(lons) + slices.Max(lons)) / 2
	if lon > 180 {
		lon -= 360
	}
	return degrees((slices.Min(lats)+slices.Max(lats))/2) + " " + degrees(lon)
}

// maxCorners bounds the corners of a shape that are looked at.
const maxCorners = 10_000

// degrees writes an angle to a tenth of a metre.
func degrees(f float64) string {
	return strconv.FormatFloat(math.Round(f*1e6)/1e6, 'f', -1, 64)
}

// gmlPoint reads gml:pos.
func gmlPoint(points []ext.Extension) string {
	for _, p := range points {
		if v := childText(p, "pos"); v != "" && inDegrees(p) {
			return pair(v)
		}
	}
	return ""
}

// inDegrees says whether a shape of GML has latitude and longitude, and is not in a grid of metres.
func inDegrees(e ext.Extension) bool {
	srs := strings.ToUpper(e.Attrs["srsName"])
	return srs == "" || slices.ContainsFunc([]string{"4326", "4979", "CRS84", "WGS84"}, func(s string) bool { return strings.Contains(srs, s) })
}

// pair is the first two numbers: a height is not asked for.
func pair(s string) string {
	f := numbersIn(s)
	if len(f) < 2 {
		return s
	}
	return f[0] + " " + f[1]
}

func numbersIn(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
}
