package cmd

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The garbage collector runs when the heap has grown by so much since it last ran: by headroom where that is more than a third
// of what is in use, and by those otherwise. A small project is done before it runs at all, a large one does not take twice what it needs.
const (
	headroom    = 64 << 20
	leastGrowth = 33 // percent
)

// paceCollector sets when the garbage collector runs, now and after each of its runs, unless GOGC says it.
func paceCollector(env map[string]string) {
	if env["GOGC"] != "" {
		return
	}
	debug.SetGCPercent(headroom / (4 << 20) * 100) // the runtime takes a heap of less than 4 MB for one of 4 MB
	watchCollector()
}

// watchCollector paces the collector anew each time it has run: an object that nobody holds is a sign of that.
func watchCollector() {
	sign := new([16]byte)
	runtime.AddCleanup(sign, func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		debug.SetGCPercent(growth(live[0].Value.Uint64()))
		watchCollector()
	}, struct{}{})
}

// growth is by how many percent a heap with so many bytes in use may grow.
func growth(live uint64) int {
	return max(int(headroom*100/max(live, 4<<20)), leastGrowth)
}
