package sqlitestore

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// fill gives every field below v something, or nothing, so that a field that is added to a record is tried as well.
func fill(r *rand.Rand, v reflect.Value) {
	texts := []string{"", "x", "a \"b\" \\ c", "<p>&amp;</p>", "tin\ntức", "\x00\x1f\x7f", "\u2028\u2029\u2030\u00a8", "bad \xff\xe2\x80", "Đường ven sông", "🚲"}
	if v.Type() == reflect.TypeFor[time.Time]() {
		times := []time.Time{
			{},
			time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 120_000, time.FixedZone("", 7*3600)),
			time.Date(9999, 1, 1, 0, 0, 0, 0, time.FixedZone("", -5400)),
		}
		v.Set(reflect.ValueOf(times[r.IntN(len(times))]))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts[r.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(r.IntN(3)-1) * r.Int64N(1e15))
	case reflect.Uint64:
		v.SetUint(uint64(r.IntN(2)) * r.Uint64())
	case reflect.Float64:
		v.SetFloat(r.NormFloat64())
	case reflect.Pointer:
		if r.IntN(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem())
		}
	case reflect.Slice:
		if n := r.IntN(4); n < 3 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(r, v.Index(i))
			}
		}
	case reflect.Map:
		for range r.IntN(4) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, key)
			fill(r, value)
			if v.IsNil() {
				v.Set(reflect.MakeMap(v.Type()))
			}
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	default:
		panic("a record has a field of kind " + v.Kind().String())
	}
}

func TestRecordsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		var rec hub.Record
		fill(r, reflect.ValueOf(&rec).Elem())
		want, err := toJSON(rec)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := recordJSON(&rec); err != nil || got != want {
			t.Fatalf("%v: written\n%s\nwant\n%s", err, got, want)
		}
	}
}

func TestDateThatJSONCannotHoldIsRefused(t *testing.T) {
	for _, year := range []int{-5, 10_000} {
		rec := hub.Record{Declared: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)}
		if _, err := recordJSON(&rec); hub.KindOf(err) != hub.Invalid {
			t.Errorf("the year %d: %v", year, err)
		}
	}
}
