package views

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func BenchmarkCount(b *testing.B) {
	ids := make([]hub.ID, 1000)
	for i := range ids {
		ids[i] = hub.NewID("bench", fmt.Sprint(i))
	}
	for _, bc := range []struct {
		name   string
		dedupe time.Duration
	}{{"every call", 0}, {"once a visitor", 30 * time.Minute}} {
		b.Run(bc.name, func(b *testing.B) {
			c := newCounter(b, Options{Dedupe: bc.dedupe})
			addr := netip.MustParseAddr("10.0.0.0")
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				addr = addr.Next()
				c.Count(View{Item: ids[i%len(ids)], Addr: addr, UserAgent: browser})
				i++
			}
		})
	}
	b.Run("in parallel", func(b *testing.B) {
		c := newCounter(b, Options{})
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				c.Count(View{Item: ids[i%len(ids)], Addr: home, UserAgent: browser})
			}
		})
	})
}

func BenchmarkAgent(b *testing.B) {
	list, err := newCrawlers()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("met before", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			list.is(browser)
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			list.match(browser)
		}
	})
}
