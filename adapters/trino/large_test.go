package trino_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters/trino/trinotest"
)

// TestFiveMillionRowsStreamInLittleMemory: a page of them at a time. It runs with MOD_TPCH=sf1.
func TestFiveMillionRowsStreamInLittleMemory(t *testing.T) {
	if os.Getenv("MOD_TPCH") != "sf1" {
		t.Skip("set MOD_TPCH=sf1")
	}
	a := connect(t, trinotest.Config(t))
	rows, err := a.Query(t.Context(), "select orderkey, partkey, extendedprice, shipdate, comment from tpch.sf1.lineitem limit 5000000")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range rows.All {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 5_000_000 {
		t.Errorf("%d rows", n)
	}
	if peak := peakMemory(t); peak > 300<<10 {
		t.Errorf("the process had %d kB", peak)
	} else {
		t.Logf("the process had %d kB", peak)
	}
}

// peakMemory is the most that the process had at once, in kB.
func peakMemory(t *testing.T) int {
	t.Helper()
	file, err := os.Open("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var kB int
			if _, err := fmt.Sscan(rest, &kB); err == nil {
				return kB
			}
		}
	}
	t.Skip("there is no VmHWM")
	return 0
}
