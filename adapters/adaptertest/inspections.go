package adaptertest

import (
	"context"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var inspectClaims = []claim{
	{"InspectListsRelationsWithTheirColumns", inspectColumns},
	{"InspectKnowsUglyNames", inspectUgly},
	{"InspectLooksIntoTheSchemasAskedForAndNoOther", inspectSchemas},
	{"InspectKnowsMaterializedViews", inspectMaterialized},
	{"InspectSeesTheTransactionItIsIn", inspectInTransaction},
}

func inspectColumns(b *bench) {
	b.exec(b.sql("create table {t} (a bigint not null, " + b.dialect.Ident("B c") + " decimal(10, 2), s varchar)"))
	b.exec(b.sql("create view {v} as select a, s from {t}"))
	if b.dialect.Has(dialect.Comments) {
		b.exec(b.sql("comment on table {t} is 'it''s a table'"))
		b.exec(b.sql("comment on column {t}.a is 'é'"))
	}
	catalog := b.inspect(b.relation(""))
	if n := len(catalog.All()); n != 2 {
		b.Fatalf("%d relations, want 2", n)
	}
	table, view := b.found(catalog, "t"), b.found(catalog, "v")
	if table.Kind != relation.BaseTable || view.Kind != relation.View {
		b.Errorf("kinds are %q and %q", table.Kind, view.Kind)
	}
	if diff := cmp.Diff([]string{"a", b.stored("B c"), "s"}, columnNames(table)); diff != "" {
		b.Errorf("columns mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a", "s"}, columnNames(view)); diff != "" {
		b.Errorf("columns mismatch (-want +got):\n%s", diff)
	}
	if table.Columns[0].Nullable || !table.Columns[1].Nullable {
		b.Error("the first column is not null, the others may be")
	}
	if got := strings.ToLower(table.Columns[1].Type); got != "numeric(10,2)" && got != "decimal(10,2)" {
		b.Errorf("type is %q", got)
	}
	if b.dialect.Has(dialect.Comments) && (table.Comment != "it's a table" || table.Columns[0].Comment != "é") {
		b.Errorf("comments are %q and %q", table.Comment, table.Columns[0].Comment)
	}
}

// found is the table of that name in the bench's schema.
func (b *bench) found(c *relation.Catalog, name string) *relation.Table {
	b.Helper()
	for _, t := range c.All() {
		if t.Schema == b.schema && t.Name == name && t.Database != "" {
			return t
		}
	}
	b.Fatalf("there is no %q in the catalog", name)
	return nil
}

func columnNames(t *relation.Table) []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

func inspectUgly(b *bench) {
	for _, name := range ugly {
		b.exec("create table " + b.name(name) + " (" + quoteAll(b.dialect, ugly, "bigint") + ")")
	}
	catalog := b.inspect(b.relation(""))
	var columns []string
	for _, name := range ugly {
		columns = append(columns, b.stored(name))
	}
	for _, name := range columns {
		if diff := cmp.Diff(columns, columnNames(b.found(catalog, name))); diff != "" {
			b.Errorf("%q: columns mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func inspectSchemas(b *bench) {
	b.exec(b.sql("create table {t} (a bigint)"))
	other := relation.Relation{Schema: "Other é" + b.schema}
	b.exec("create schema " + b.dialect.Ident(other.Schema))
	b.Cleanup(func() {
		a, err := b.warehouse.Connect(context.WithoutCancel(b.Context()))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := a.Exec(context.WithoutCancel(b.Context()), "drop schema "+b.dialect.Ident(other.Schema)+" cascade"); err != nil {
			b.Error(err)
		}
		_ = a.Close()
	})
	b.exec("create table " + b.dialect.Relation(relation.Relation{Schema: other.Schema, Name: "t"}) + " (a bigint)")
	here, missing := b.relation(""), relation.Relation{Schema: "no such schema"}
	database := b.inspect(here).All()[0].Database
	for _, c := range []struct {
		asked []relation.Relation
		want  []string
	}{
		{nil, nil},
		{[]relation.Relation{missing}, nil},
		{[]relation.Relation{here, missing}, []string{b.schema}},
		{[]relation.Relation{here, here, other}, []string{b.stored(other.Schema), b.schema}},
		{[]relation.Relation{{Database: strings.ToUpper(database), Schema: strings.ToUpper(b.schema)}}, []string{b.schema}},
		{[]relation.Relation{{Database: "no such database", Schema: b.schema}}, nil},
	} {
		var got []string
		for _, t := range b.inspect(c.asked...).All() {
			got = append(got, t.Schema)
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if diff := cmp.Diff(c.want, got); diff != "" {
			b.Errorf("%v mismatch (-want +got):\n%s", c.asked, diff)
		}
	}
}

func inspectMaterialized(b *bench) {
	b.needs(dialect.MaterializedViews)
	b.exec(b.sql("create materialized view {m} as select 1 as a"))
	m := b.found(b.inspect(b.relation("")), "m")
	if m.Kind != relation.MaterializedView || len(m.Columns) != 1 {
		b.Errorf("it is %+v", *m)
	}
}

func inspectInTransaction(b *bench) {
	b.needs(dialect.TransactionalDDL)
	b.exec("begin")
	b.exec(b.sql("create table {t} (a bigint)"))
	if n := len(b.inspect(b.relation("")).All()); n != 1 {
		b.Errorf("%d relations, want 1", n)
	}
	b.exec("rollback")
	if n := len(b.inspect(b.relation("")).All()); n != 0 {
		b.Errorf("%d relations, want 0", n)
	}
}
