package runner

import (
	"testing"

	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

func named(name string) relation.Relation {
	return relation.Relation{Database: "db", Schema: "main", Name: name}
}

func TestEffectsAreSeenByOthersOnlyWhenPublished(t *testing.T) {
	t.Parallel()
	base := relation.NewCatalog(&relation.Table{Relation: named("orders"), Kind: relation.View})
	v := view{base: base}
	old, tmp := named("orders"), named("orders__dbt_tmp")
	v.add(
		materialize.Effect{Create: &relation.Table{Relation: tmp, Kind: relation.BaseTable}},
		materialize.Effect{Drop: &old},
		materialize.Effect{Rename: &materialize.Rename{From: tmp, To: old}},
	)
	if got := v.get(named("ORDERS")); got == nil || got.Kind != relation.BaseTable {
		t.Errorf("the step sees %v, want the new table", got)
	}
	if got := base.Get(old); got.Kind != relation.View {
		t.Errorf("others see a %s, want the old view", got.Kind)
	}
	if got := v.all("db", "main"); len(got) != 1 {
		t.Errorf("the step sees %d relations, want 1", len(got))
	}
	v.publish()
	if got := base.Get(old); got == nil || got.Kind != relation.BaseTable || got.Relation != old {
		t.Errorf("others see %v after the commit, want the new table", got)
	}
	if got := base.Get(tmp); got != nil {
		t.Errorf("%s is still there after the commit", got.Relation)
	}
}

func TestDiscardedEffectsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	v := view{base: relation.NewCatalog(&relation.Table{Relation: named("orders"), Kind: relation.View})}
	orders := named("orders")
	v.add(materialize.Effect{Drop: &orders})
	v.discard()
	v.publish()
	if got := v.get(orders); got == nil {
		t.Error("orders is gone though its drop was rolled back")
	}
}
