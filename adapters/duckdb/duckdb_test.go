package duckdb_test

import (
	"path/filepath"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/adaptertest"
	"github.com/modsql/mod/adapters/duckdb"
)

func TestInMemoryIsAWarehouse(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, duckdb.Driver, adapters.Config{"type": "duckdb"})
}

func TestAFileIsAWarehouse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ware house.duckdb")
	adaptertest.Run(t, duckdb.Driver, adapters.Config{"type": "duckdb", "path": path})
}
