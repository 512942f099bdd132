package runner

import (
	"maps"
	"strings"

	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// view is the catalog as one step sees it: what its open transaction did lies over what all see, until it is published.
type view struct {
	base    *relation.Catalog
	over    map[relation.Relation]*relation.Table // by folded name; nil for what is gone
	pending []materialize.Effect
}

// within is what a step sees that runs in the transaction of this one.
func (v *view) within() view { return view{base: v.base, over: maps.Clone(v.over)} }

// get returns the table of that name, or nil.
func (v *view) get(r relation.Relation) *relation.Table {
	if t, ok := v.over[folded(r)]; ok {
		return t
	}
	return v.base.Get(r)
}

// all are the tables of a schema.
func (v *view) all(database, schema string) []*relation.Table {
	in := func(r relation.Relation) bool {
		return strings.EqualFold(r.Schema, schema) && (database == "" || r.Database == "" || strings.EqualFold(r.Database, database))
	}
	var out []*relation.Table
	for _, t := range v.base.All() {
		if _, changed := v.over[folded(t.Relation)]; !changed && in(t.Relation) {
			out = append(out, t)
		}
	}
	seen := map[relation.Relation]bool{}
	for _, e := range v.pending {
		for _, r := range created(e) {
			if t := v.over[folded(r)]; t != nil && in(r) && !seen[folded(r)] {
				seen[folded(r)] = true
				out = append(out, t)
			}
		}
	}
	return out
}

// add records effects of a transaction that is open.
func (v *view) add(effects ...materialize.Effect) {
	if v.over == nil {
		v.over = map[relation.Relation]*relation.Table{}
	}
	for _, e := range effects {
		v.pending = append(v.pending, e)
		switch {
		case e.Create != nil:
			v.over[folded(e.Create.Relation)] = e.Create
		case e.Drop != nil:
			v.over[folded(*e.Drop)] = nil
		case e.Rename != nil:
			v.rename(*e.Rename)
		}
	}
}

func (v *view) rename(r materialize.Rename) {
	was := v.get(r.From)
	v.over[folded(r.From)] = nil
	moved := relation.Table{Relation: r.To}
	if was != nil {
		moved = *was
		moved.Relation = r.To
	}
	v.over[folded(r.To)] = &moved
}

// publish makes the effects visible to all: the transaction was committed, or there is none.
func (v *view) publish() {
	for _, e := range v.pending {
		for _, r := range touched(e) {
			if t := v.over[folded(r)]; t != nil {
				v.base.Put(t)
			} else {
				v.base.Delete(r)
			}
		}
	}
	v.discard()
}

// discard forgets the effects: the transaction was rolled back.
func (v *view) discard() { v.pending, v.over = nil, nil }

// created are the names that an effect gives.
func created(e materialize.Effect) []relation.Relation {
	switch {
	case e.Create != nil:
		return []relation.Relation{e.Create.Relation}
	case e.Rename != nil:
		return []relation.Relation{e.Rename.To}
	default:
		return nil
	}
}

// touched are the names whose meaning an effect changes.
func touched(e materialize.Effect) []relation.Relation {
	switch {
	case e.Drop != nil:
		return []relation.Relation{*e.Drop}
	case e.Rename != nil:
		return []relation.Relation{e.Rename.From, e.Rename.To}
	default:
		return created(e)
	}
}

func folded(r relation.Relation) relation.Relation {
	return relation.Relation{Database: strings.ToLower(r.Database), Schema: strings.ToLower(r.Schema), Name: strings.ToLower(r.Name)}
}
