package duckdb

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

func TestBinderSaysWhatTheWarehouseWould(t *testing.T) {
	t.Parallel()
	o, err := offline(adapters.Config{"extensions": []any{"inet"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	shop := relation.Relation{Database: "shop", Schema: "main"}
	orders := relation.Table{Relation: relation.Relation{Database: "shop", Schema: "Sales", Name: "orders"}, Columns: []relation.Column{
		{Name: "id", Type: "INTEGER"}, {Name: "Is \"it\"", Type: "STRUCT(a INTEGER, b VARCHAR[])"},
	}}
	wrong := relation.Table{Relation: relation.Relation{Database: "shop", Schema: "main", Name: "wrong"}, Columns: []relation.Column{{Name: "a", Type: "NO_TYPE"}}}
	b := o.(adapters.Binder)
	if err := b.Create(t.Context(), []relation.Table{{Relation: shop}, orders, wrong}); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]*adapters.Error{
		`select id, "Is ""it""".b[1] from sales.orders`: nil,
		`select ids from "shop"."sales"."orders"`:       {Kind: adapters.Failed, Message: `Referenced column "ids" not found in FROM clause!`, Position: 7},
		`select 'ö', from where`:                        {Kind: adapters.BadSyntax, Message: `syntax error at or near "where"`, Position: 18},
		`select nosuch(id) from sales.orders`:           {Kind: adapters.Failed, Message: `Scalar Function with name nosuch does not exist!`, Position: 7},
		`select st_point(1, 2)`:                         {Kind: adapters.Undecided, Message: `Scalar Function with name "st_point" is not in the catalog, but it exists in the spatial extension.`, Position: -1},
		`select host('127.0.0.1')`:                      {Kind: adapters.Undecided, Position: -1},
		`select * from wrong`:                           {Kind: adapters.Undecided, Position: 14},
		`select * from elsewhere.orders`:                {Kind: adapters.Undecided, Position: 14},
		`select * from read_csv('/etc/passwd')`:         {Kind: adapters.Undecided, Position: 14},
		`copy (select 1) to '/tmp/nowhere/file.csv'`:    {Kind: adapters.Undecided, Position: -1},
		`attach '/tmp/nowhere/file.duckdb' as other`:    nil,
	} {
		got := b.Bind(t.Context(), sql)
		if got != nil {
			got = &adapters.Error{Kind: got.Kind, Message: got.Message, Position: got.Position}
			if got.Kind == adapters.Undecided && want != nil && want.Message == "" {
				got.Message = ""
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}
}
