// Package bench measures the hub beside a plain baseline, alternately in one run, so that a noisy machine disturbs both
// alike: what counts is the ratio of the medians. `make bench` runs it; docs/performance.md keeps the figures.
package bench

import (
	"runtime"
	"slices"
	"testing"
	"time"
)

// beside runs base and ours by turns and reports the median time of each per unit, the median ratio, and what each
// allocates. Every turn does units of work.
func beside(b *testing.B, units int, base, ours func()) {
	b.Helper()
	betweenTurns(b, units, base, ours, func() {})
}

// betweenTurns is beside with something to do between two turns, which is not measured.
func betweenTurns(b *testing.B, units int, base, ours, between func()) {
	b.Helper()
	base()
	ours()
	between()
	var times [2][]time.Duration
	var mem [2][2]uint64 // mallocs, bytes
	turn := func(i int, f func()) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		f()
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		times[i] = append(times[i], took)
		mem[i][0] += after.Mallocs - before.Mallocs
		mem[i][1] += after.TotalAlloc - before.TotalAlloc
	}
	n := 0
	for b.Loop() {
		if n%2 == 0 {
			turn(0, base)
			turn(1, ours)
		} else {
			turn(1, ours)
			turn(0, base)
		}
		between()
		n++
	}
	baseTime, oursTime := median(times[0]), median(times[1])
	done := float64(n * units)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(baseTime.Nanoseconds())/float64(units), "base-ns")
	b.ReportMetric(float64(oursTime.Nanoseconds())/float64(units), "ours-ns")
	b.ReportMetric(float64(oursTime)/float64(baseTime), "ratio")
	b.ReportMetric(float64(mem[0][0])/done, "base-allocs")
	b.ReportMetric(float64(mem[1][0])/done, "ours-allocs")
	b.ReportMetric(float64(mem[1][1])/done, "ours-B")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
