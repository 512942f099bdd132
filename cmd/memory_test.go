package cmd

import "testing"

func TestASmallHeapMayGrowByMoreThanALargeOne(t *testing.T) {
	for live, want := range map[uint64]int{0: 1600, 4 << 20: 1600, 64 << 20: 100, 128 << 20: 50, 10 << 30: 33} {
		if got := growth(live); got != want {
			t.Errorf("a heap of %d bytes may grow by %d %%, want %d", live, got, want)
		}
	}
}
