package trino_test

import (
	"maps"
	"os"
	"testing"

	"github.com/modsql/mod/adapters/adaptertest"
	"github.com/modsql/mod/adapters/trino"
	"github.com/modsql/mod/adapters/trino/trinotest"
)

func TestMain(m *testing.M) { os.Exit(trinotest.Main(m)) }

func TestTrinoIsAWarehouse(t *testing.T) {
	t.Parallel()
	config := trinotest.Config(t)
	const encoded = "the metastore of the tests, which is files, lists names as those files are called"
	adaptertest.Run(t, trino.Driver, config,
		adaptertest.Exception{Claim: "InspectKnowsUglyNames", Because: encoded}, adaptertest.Exception{Claim: "UglyNamesAreQuoted", Because: encoded})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		config := maps.Clone(config)
		config["database"] = "memory"
		adaptertest.Prove(t, trino.Driver, config, "InspectKnowsUglyNames", "UglyNamesAreQuoted", "InspectListsRelationsWithTheirColumns")
	})
}
