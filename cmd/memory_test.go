package cmd

import "testing"

func TestASmallHeapMayGrowByMoreThanALargeOne(t *testing.T) {
	for least, growths := range map[int64]map[uint64]int{
		growthReading:   {0: 1600, 4 << 20: 1600, 64 << 20: 100, 128 << 20: 50, 1 << 30: 33, 10 << 30: 50},
		growthRendering: {0: 1600, 64 << 20: 100, 128 << 20: 80, 10 << 30: 80},
	} {
		var c collector
		c.headroom.Store(headroom)
		c.least.Store(least)
		for live, want := range growths {
			if got := c.growth(live); got != want {
				t.Errorf("a heap of %d bytes may grow by %d %%, want %d", live, got, want)
			}
		}
	}
}

func TestWhatIsOnlyLookedAtGrowsLittle(t *testing.T) {
	c := &collector{}
	c.rendering()
	c.resting()
	if got := c.growth(64 << 20); got != growthReading {
		t.Errorf("a heap of 64 MB that is looked at may grow by %d %%, want %d", got, growthReading)
	}
	c.reading()
	if got := c.growth(64 << 20); got != 100 {
		t.Errorf("once something is read again it may grow by %d %%, want 100", got)
	}
}

func TestWithoutACollectorNothingIsPaced(t *testing.T) {
	paceCollector(map[string]string{"GOGC": "100"}).rendering()
}
