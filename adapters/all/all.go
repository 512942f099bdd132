// Package all lists the warehouses that mod can talk to. Only the command line imports it, so that nothing else links them.
package all

import (
	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/snowflake"
	"github.com/modsql/mod/adapters/trino"
)

// Drivers are all of them.
func Drivers() []*adapters.Driver {
	return []*adapters.Driver{duckdb.Driver, postgres.Driver, snowflake.Driver, trino.Driver}
}

// Named returns the driver of that name, or nil.
func Named(name string) *adapters.Driver {
	for _, d := range Drivers() {
		if d.Name == name {
			return d
		}
	}
	return nil
}
