package cmd

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// The garbage collector runs when the heap has grown by so much since it last ran: by headroom where that is more than a share of what is
// in use, and by that share otherwise. A small project is done before it runs at all, and a large one does not take twice what it needs while
// it is read; of more than a gigabyte the share is larger, or marking would take more than its part. Rendering makes more garbage than it
// keeps: there the share is the largest.
const (
	headroom         = 64 << 20
	headroomRecalled = 256 << 20 // where a project is recalled and patched: most of what is made then is kept, and it is soon done
	headroomResting  = 16 << 20  // where a project was read and is looked at
	growthReading    = 33        // percent
	growthLarge      = 50        // of what is large
	large            = 1 << 30
	growthRendering  = 80
	growthTelling    = 150     // where the documentation is made: nearly all that is made then is at once garbage
	heapOfTheRuntime = 4 << 20 // what it takes a smaller heap for
)

// collector paces the garbage collector of this process. A nil one does nothing. It is safe for concurrent use.
type collector struct{ headroom, least atomic.Int64 }

// paceCollector sets when the garbage collector runs, now and after each of its runs, unless GOGC says it.
func paceCollector(env map[string]string) *collector {
	if env["GOGC"] != "" {
		return nil
	}
	c := &collector{}
	c.least.Store(growthReading)
	c.reading()
	c.watch()
	return c
}

// reading says that a project is read and compiled from its files.
func (c *collector) reading() {
	if c != nil {
		c.headroom.Store(headroom)
		c.pace()
	}
}

// rendering says that from now on code is rendered.
func (c *collector) rendering() { c.raise(growthRendering) }

// telling says that from now on the documentation is made.
func (c *collector) telling() { c.raise(growthTelling) }

// raise makes a share the least by which the heap grows, if it is more than what was said before.
func (c *collector) raise(share int64) {
	if c != nil && share > c.least.Load() {
		c.least.Store(share)
		c.pace()
	}
}

// recalling says that a project is read back as it was kept.
func (c *collector) recalling() {
	if c != nil {
		c.headroom.Store(headroomRecalled)
		c.pace()
	}
}

// resting says that a project is there to be looked at: what is made from now on is soon garbage, and the program may stay for days.
func (c *collector) resting() {
	if c != nil {
		c.headroom.Store(headroomResting)
		c.least.Store(growthReading)
		c.pace()
	}
}

// watch paces the collector anew each time it has run: an object that nobody holds is a sign of that.
func (c *collector) watch() {
	sign := new([16]byte)
	runtime.AddCleanup(sign, func(struct{}) {
		c.pace()
		c.watch()
	}, struct{}{})
}

func (c *collector) pace() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(c.growth(live[0].Value.Uint64()))
}

// growth is by how many percent a heap with so many bytes in use may grow.
func (c *collector) growth(live uint64) int {
	least := int(c.least.Load())
	if live > large {
		least = max(least, growthLarge)
	}
	return max(int(uint64(c.headroom.Load())*100/max(live, heapOfTheRuntime)), least)
}
