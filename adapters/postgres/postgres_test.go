package postgres_test

import (
	"os"
	"testing"

	"github.com/modsql/mod/adapters/adaptertest"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func TestPostgresIsAWarehouse(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, postgres.Driver, postgrestest.Config(t))
}
