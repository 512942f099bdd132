package types_test

import (
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/types"
)

// TestAnyTypeIsPrinted prints the bare type of every kind: those of literals have no value then.
func TestAnyTypeIsPrinted(t *testing.T) {
	t.Parallel()
	for _, d := range dialect.All() {
		system := types.For(d)
		for kind := types.Kind(0); kind < 64; kind++ {
			_ = system.Print(types.Of(kind)) // it does not panic
		}
	}
}
