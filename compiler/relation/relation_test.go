package relation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/relation"
)

func TestCatalogFindsNamesInAnyCase(t *testing.T) {
	t.Parallel()
	orders := &relation.Table{Relation: relation.Relation{Database: "shop", Schema: "Main", Name: "Orders"}, Kind: relation.View}
	c := relation.NewCatalog(orders)
	if got := c.Get(relation.Relation{Database: "SHOP", Schema: "main", Name: "orders"}); got != orders {
		t.Errorf("got %v", got)
	}
	if got := c.Get(relation.Relation{Schema: "main", Name: "orders"}); got != nil {
		t.Errorf("another database's table was found: %v", got)
	}
}

func TestCatalogRenameReplacesWhatHadTheName(t *testing.T) {
	t.Parallel()
	name := func(s string) relation.Relation { return relation.Relation{Schema: "main", Name: s} }
	c := relation.NewCatalog(
		&relation.Table{Relation: name("old"), Kind: relation.View},
		&relation.Table{Relation: name("new"), Kind: relation.BaseTable},
	)
	c.Rename(name("new"), name("old"))
	c.Rename(name("nothing"), name("old"))
	var got []string
	for _, table := range c.All() {
		got = append(got, table.Name+" "+string(table.Kind))
	}
	if diff := cmp.Diff([]string{"old table"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNilCatalogIsEmpty(t *testing.T) {
	t.Parallel()
	var c *relation.Catalog
	if c.Get(relation.Relation{Name: "x"}) != nil || len(c.All()) != 0 {
		t.Error("a nil catalog holds something")
	}
}
