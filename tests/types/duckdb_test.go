// Package types asks the warehouses what compiler/types claims to know. With -update their answers become its tables.
package types

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
)

var update = flag.Bool("update", false, "write the tables of compiler/types from what the warehouses say")

const tables = "../../compiler/types/data"

func openDuckDB(t *testing.T) adapters.Adapter {
	t.Helper()
	w, err := duckdb.Driver.Open(t.Context(), adapters.Config{"path": ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	session, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close(); w.Close() })
	return session
}

// lines are the rows of a query of one column.
func lines(t *testing.T, session adapters.Adapter, sql string) []string {
	t.Helper()
	rows, err := session.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	defer rows.Close()
	var out []string
	for row, err := range rows.All {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(row[0]))
	}
	return out
}

// checkTable compares a table of compiler/types with what a warehouse says now, or writes it.
func checkTable(t *testing.T, name string, rows []string) {
	t.Helper()
	file := filepath.Join(tables, name)
	now := strings.Join(rows, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(was), now); diff != "" {
		t.Errorf("%s is not what the warehouse says: go test ./tests/types -update (-was +is)\n%s", name, diff)
	}
}

// TestDuckDBTablesAreCurrent: one line a function: its name, its kind (scalar, aggregate, table, macro), its volatility and its
// signatures: parameters, "..." before the type of further arguments, ">" before the type of the result.
func TestDuckDBTablesAreCurrent(t *testing.T) {
	t.Parallel()
	session := openDuckDB(t)
	checkTable(t, "duckdb_functions.tsv", lines(t, session, `
		with f as (
			select
				function_name as name,
				case function_type when 'scalar' then 's' when 'aggregate' then if(function_name in ('row_number', 'rank', 'dense_rank', 'rank_dense', 'percent_rank', 'cume_dist', 'ntile', 'lead', 'lag', 'first_value', 'last_value', 'nth_value', 'fill'), 'w', 'a') when 'table' then 't' when 'macro' then 'm' else 'M' end as kind,
				case stability when 'VOLATILE' then 'v' when 'CONSISTENT_WITHIN_QUERY' then 's' else 'i' end as volatility,
				case
					when function_type like '%macro' then array_to_string(list_transform(parameters, lambda p: 'ANY'), ';') || '>'
					when function_type = 'table' then
						array_to_string(list_transform(range(1, len(parameters) + 1), lambda i: case
							when parameters[i] not like 'col_' and parameters[i] not like 'col__' then parameters[i] || ':' else '' end || parameter_types[i]), ';')
						|| coalesce(';...' || varargs, '') || '>'
					else array_to_string(parameter_types, ';') || coalesce(case when len(parameter_types) > 0 then ';...' else '...' end || varargs, '') || '>' || coalesce(return_type, '')
				end as signature
			from duckdb_functions()
			where function_type <> 'pragma' and database_name = 'system' and not starts_with(function_name, '__internal')
		)
		select name || chr(9) || kind || chr(9) || max(volatility) || chr(9) || string_agg(distinct signature, '|' order by signature) as line
		from f group by name, kind order by line`))
	checkTable(t, "duckdb_macros.tsv", lines(t, session, `
		select function_name || chr(9) || array_to_string(parameters, ';') || chr(9) || macro_definition as line
		from duckdb_functions() where function_type = 'macro' and database_name = 'system' order by line`))
	checkTable(t, "duckdb_tables.tsv", duckTableColumns(t, session))
	checkTable(t, "duckdb_keywords.tsv", lines(t, session, `select keyword_name from duckdb_keywords() order by 1`))
}

// duckTableColumns are the columns of table functions that can be described without a file: one line a function.
func duckTableColumns(t *testing.T, session adapters.Adapter) []string {
	var out []string
	for _, name := range lines(t, session, `select distinct function_name from duckdb_functions() where function_type = 'table' and database_name = 'system'
		and function_name not in ('range', 'generate_series', 'repeat', 'unnest', 'repeat_row') order by 1`) {
		for _, args := range []string{"", "'{}'"} {
			rows, err := session.Query(t.Context(), `select string_agg(column_name || ' ' || column_type, ';') from (describe select * from `+name+"("+args+"))")
			if err != nil {
				continue
			}
			for row, err := range rows.All {
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, fmt.Sprint(name, "\t", row[0]))
			}
			rows.Close()
			break
		}
	}
	return out
}
