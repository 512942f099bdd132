// Package macros is what a template can say besides the language itself: the macros of the project, its packages and mod's own
// pack, resolved by dbt's rules, and the context (ref, config, adapter, modules …) that a node's templates see.
package macros

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// PackPackage is the package that mod's own macros belong to, as in `dbt.dateadd` and "macro.dbt.dateadd". Those of a dialect
// belong to that name with the dialect's: "macro.dbt_postgres.postgres__dateadd".
const PackPackage = "dbt"

// The codes of this package's diagnostics.
const (
	// DuplicateMacro is for two macros of one name in a package.
	DuplicateMacro diag.Code = "duplicate-macro"
	// UnknownMacro is for a macro that adapter.dispatch or a call from outside looks for and no package has.
	UnknownMacro diag.Code = "unknown-macro"
	// NeedsWarehouse is for a template that asks the warehouse in a command that works without one.
	NeedsWarehouse diag.Code = "needs-warehouse"
	// Raised is for what a template raises itself with exceptions.raise_compiler_error and its like.
	Raised diag.Code = "raised"
	// Unsupported is for a name of the template language that mod knows and does not offer.
	Unsupported diag.Code = "unsupported-function"
)

// Macro is a macro in the library.
type Macro struct {
	ID      string // "macro.shop.cents_to_dollars"
	Package string
	Name    string // "cents_to_dollars", "test_not_null", "materialization_view_default"
	Kind    string // the tag: "macro", "test", "materialization"
	Block   *jinja.Block
	File    *project.File // nil for the pack
	Path    string        // relative to its package
}

// newMacro names a block as dbt does; ok is false for a block that is no macro.
func newMacro(pkg string, b *jinja.Block) (m *Macro, ok bool) {
	m = &Macro{Package: pkg, Name: b.Name, Kind: b.Kind, Block: b}
	switch b.Kind {
	case "macro":
	case "test":
		m.Name = "test_" + b.Name
	case "materialization":
		m.Name = materializationName(b)
	default:
		return nil, false
	}
	m.ID = "macro." + pkg + "." + m.Name
	return m, true
}

func materializationName(b *jinja.Block) string {
	adapter := "default"
	if b.Args != nil {
		if v, ok := b.Args.Get("adapter"); ok {
			if s, ok := v.(string); ok {
				adapter = s
			}
		}
	}
	return "materialization_" + b.Name + "_" + adapter
}

// Languages are the languages in which a materialization takes its models: its supported_languages. Other macros have none.
func (m *Macro) Languages() []string {
	list, _ := m.Block.Args.GetString("supported_languages")
	l, ok := list.(*jinja.List)
	if !ok {
		return nil
	}
	var out []string
	for _, v := range l.Items {
		out = append(out, jinja.Str(v))
	}
	return out
}
