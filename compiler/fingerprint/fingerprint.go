// Package fingerprint says what a node is made of: as one hash, which changes when what the node builds may change, and as the parts that the
// hash is made of, so that a difference can be explained. It also tells what follows from a change of a query: which columns, and whether
// the rows.
//
// There are two readings of a query. [Text] is its form, in which all counts that may matter: nothing that was built before is taken for what the
// query would build now unless the forms are the same. [Read] is its meaning, which sees through CTEs, stars and subqueries, and proves of a change
// what it leaves as it is.
//
// Everything is a pure function of its arguments and safe for concurrent use.
package fingerprint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

// Kind is the kind of a part.
type Kind uint8

// The kinds, in the order of Fingerprint.Parts. The zero value is none.
const (
	QueryPart    Kind = iota + 1 // the rendered SQL; there may be several, such as the one of a run that adds rows
	SourcePart                   // code that is no SQL, the file of a seed
	HookPart                     // a statement before or after
	ConfigPart                   // a config as it is merged
	ColumnPart                   // a column that a contract or properties promise
	UpstreamPart                 // a node that is read, by its fingerprint
	DriftPart                    // a column of a table that no node builds, by its type
	MacroPart                    // a macro that the templates call
	VarPart                      // a var that they ask for
	EnvPart                      // an environment variable that they ask for
)

var kindNames = [...]string{"", "query", "source", "hook", "config", "column", "upstream", "upstream column", "macro", "var", "env var"}

// String is the kind as people say it.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// Part is something that a node is made of.
type Part struct {
	Kind  Kind      `json:"kind"`
	Name  string    `json:"name"` // which of its kind: "unique_key", "macro.shop.cents", "model.shop.orders"
	Hash  Hash      `json:"hash"`
	Value string    `json:"value,omitempty"` // what people are shown of it; "" where it would be too long, or a secret
	At    diag.Span `json:"-"`               // where the project says it; the zero Span if that is not known
}

// Effect is what it means that the part changed.
func (p Part) Effect() Effect {
	switch p.Kind {
	case ConfigPart:
		return EffectOf(p.Name)
	case MacroPart, VarPart, EnvPart:
		return Cause // the SQL that they make counts
	default:
		return Data
	}
}

// own tells whether the part is the node's, and not another node's.
func (p Part) own() bool { return p.Kind != UpstreamPart && p.Kind != DriftPart }

// Query is the part that rendered SQL is. Name tells it from others of the node: "", "incremental".
func Query(name string, file *sql.File, nodes Nodes, at diag.Span) Part {
	return Part{Kind: QueryPart, Name: name, Hash: Text(file, nodes), At: at}
}

// Hook is the part that a rendered statement before or after is; name tells which: "pre_hook 1".
func Hook(name string, file *sql.File, nodes Nodes, at diag.Span) Part {
	return Part{Kind: HookPart, Name: name, Hash: Text(file, nodes), At: at}
}

// Source is the part that code or a file is, all of whose bytes count.
func Source(name, text string, at diag.Span) Part {
	return Part{Kind: SourcePart, Name: name, Hash: Of(text), At: at}
}

// Checksum is Source of a file that is not at hand.
func Checksum(name, checksum string, at diag.Span) Part {
	return Part{Kind: SourcePart, Name: name, Hash: Of(checksum), Value: checksum, At: at}
}

// Config is the part that a merged config is: nil, a bool, a number, a string, a slice or a map with strings as keys.
func Config(name string, value any, at diag.Span) Part {
	return valued(ConfigPart, strings.ReplaceAll(name, "-", "_"), valueText(value), at)
}

// Column is the part that a promised column is: its type and its constraints, in any form that is always the same.
func Column(name, promise string, at diag.Span) Part { return valued(ColumnPart, name, promise, at) }

// Upstream is the part that a node is which is read, by its ID.
func Upstream(id string, of Hash) Part { return Part{Kind: UpstreamPart, Name: id, Hash: of} }

// Drift is the part that a column is whose table no node builds.
func Drift(table, column, typ string) Part {
	return valued(DriftPart, table+"."+column, typ, diag.Span{})
}

// Macro is the part that a macro's text is.
func Macro(id, text string, at diag.Span) Part {
	return Part{Kind: MacroPart, Name: id, Hash: Of(text), At: at}
}

// Var is the part that a var is.
func Var(name string, value any, at diag.Span) Part {
	return valued(VarPart, name, valueText(value), at)
}

// Env is the part that an environment variable is. Its value is not kept, and of a secret (DBT_ENV_SECRET…) not even a hash, by which it could
// be guessed: what differs there is not told.
func Env(name, value string, at diag.Span) Part {
	if strings.HasPrefix(name, "DBT_ENV_SECRET") {
		value = ""
	}
	return Part{Kind: EnvPart, Name: name, Hash: Of(name, value), At: at}
}

// maxValue is how long what people are shown of a part may be.
const maxValue = 200

func valued(kind Kind, name, value string, at diag.Span) Part {
	p := Part{Kind: kind, Name: name, Hash: Of(value), At: at}
	if len(value) <= maxValue {
		p.Value = value
	}
	return p
}

// Fingerprint is what a node is made of.
type Fingerprint struct {
	// Hash changes when the rows and columns that the node builds may change, or how they are kept.
	Hash Hash `json:"hash"`
	// Own is the same without what the node reads: it changes when the node itself is edited.
	Own   Hash   `json:"own"`
	Parts []Part `json:"parts"` // by kind and name
}

// New is the fingerprint of what consists of those parts, in whatever order they are. What has the same kind and name counts as often as it is
// there.
func New(parts ...Part) Fingerprint {
	f := Fingerprint{Parts: slices.Clone(parts)}
	slices.SortStableFunc(f.Parts, compareParts)
	all, own := appendText(nil, version), appendText(nil, version)
	for _, p := range f.Parts {
		if p.Effect() < Storage {
			continue
		}
		all = p.appendTo(all)
		if p.own() {
			own = p.appendTo(own)
		}
	}
	f.Hash, f.Own = sum(all), sum(own)
	return f
}

func compareParts(a, b Part) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
}

func (p Part) appendTo(data []byte) []byte {
	return append(appendText(append(data, byte(p.Kind)), p.Name), p.Hash[:]...)
}

// Difference is a part that differs between two fingerprints. Was is nil for one that is new, Is for one that is gone.
type Difference struct {
	Was, Is *Part
	Effect  Effect
}

// Part is the part as it is, or was if it is gone.
func (d Difference) Part() Part {
	if d.Is != nil {
		return *d.Is
	}
	return *d.Was
}

// Since tells what differs from an earlier fingerprint of the node, what has most effect first. Macros, vars and environment variables are told
// with the effect Cause: if nothing else differs, they made no difference.
func (f Fingerprint) Since(before Fingerprint) []Difference {
	var out []Difference
	note := func(was, is *Part) {
		d := Difference{Was: was, Is: is}
		d.Effect = d.Part().Effect()
		out = append(out, d)
	}
	old, now := before.Parts, f.Parts
	for len(old) > 0 || len(now) > 0 {
		order := 0
		switch {
		case len(old) == 0:
			order = 1
		case len(now) == 0:
			order = -1
		default:
			order = compareParts(old[0], now[0])
		}
		switch {
		case order < 0:
			note(&old[0], nil)
		case order > 0:
			note(nil, &now[0])
		case old[0].Hash != now[0].Hash:
			note(&old[0], &now[0])
		}
		if order <= 0 {
			old = old[1:]
		}
		if order >= 0 {
			now = now[1:]
		}
	}
	slices.SortStableFunc(out, func(a, b Difference) int { return cmp.Compare(b.Effect, a.Effect) })
	return out
}

// Strongest is the strongest effect of differences that are sorted as Since sorts them; None if there are none.
func Strongest(list []Difference) Effect {
	if len(list) == 0 {
		return None
	}
	return list[0].Effect
}
