package mysql

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// types are those of the suite's fields.
var types = map[string]string{
	"text": "VARCHAR(190) COLLATE utf8mb4_bin", "boolean": "BOOLEAN", "bigint": "BIGINT", "double precision": "DOUBLE", "decimal(18,4)": "DECIMAL(18, 4)",
	"bytea": "LONGBLOB", "timestamp with time zone": "DATETIME(6)", "json": "JSON",
}

func suite() *destinationtest.Suite {
	return &destinationtest.Suite{
		Kind:          New(),
		Place:         place,
		MissingObject: "nothing",
		Refused:       map[string]any{"name": strings.Repeat("x", 200)},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			return with(p.Config, "password", "wrong password")
		},
		Proxied:  destinationtest.Behind("port"),
		Archived: func(record map[string]any) bool { return record["archived_at"] != nil },
	}
}

func TestDestination(t *testing.T) { destinationtest.Run(t, suite()) }

// TestDestinationWithoutMemory proves what is promised where no table may be created.
func TestDestinationWithoutMemory(t *testing.T) {
	s := suite()
	s.Proxied = nil // a lost confirmation is a batch that arrives twice
	s.Place = func(t *testing.T, fields []syncs.Field, key []string) destinationtest.Place {
		p := place(t, fields, key)
		p.Config = with(p.Config, "memory", false)
		return p
	}
	destinationtest.Run(t, s)
}

func with(c syncs.Config, key string, value any) syncs.Config {
	out := maps.Clone(c)
	out[key] = value
	return out
}

// place is a table in a database of its own. It has no index, so that records can be appended; key makes one.
func place(t *testing.T, fields []syncs.Field, key []string) destinationtest.Place {
	c := settings(t)
	db := database(t, c)
	columns := make([]string, len(fields))
	for i, f := range fields {
		columns[i] = quoted(f.Name) + " " + types[f.Type]
	}
	do(t, db, "CREATE TABLE x ("+strings.Join(columns, ", ")+", archived_at TIMESTAMP NULL)")
	if !strings.Contains(t.Name(), "append") && !strings.Contains(t.Name(), "every_change") {
		do(t, db, "ALTER TABLE x ADD UNIQUE ("+strings.Join(quotedAll(key), ", ")+")")
	}
	return destinationtest.Place{Config: c, Object: "x", Rows: func(t *testing.T) []map[string]any {
		return stored(t, c, fields)
	}}
}

// stored is what is in the table, as the fields' types have it.
func stored(t *testing.T, c syncs.Config, fields []syncs.Field) []map[string]any {
	t.Helper()
	of := &syncs.Target{Object: "x", Fields: append(append([]syncs.Field{}, fields...), syncs.Field{Name: "archived_at"})}
	out := []map[string]any{}
	for _, values := range records(t, opened(t, c), of) {
		record := (&syncs.Row{Values: values}).Fields(of)
		for _, f := range fields {
			switch v := record[f.Name]; {
			case v == nil:
			case f.Type == "boolean":
				record[f.Name] = v == int64(1)
			case f.Type == "json":
				var parsed any
				if err := json.Unmarshal([]byte(v.(string)), &parsed); err != nil {
					t.Fatal(err)
				}
				record[f.Name] = parsed
			}
		}
		out = append(out, record)
	}
	return out
}
