package lint

import (
	"fmt"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/types"
)

const (
	// MissingColumn is a column in the properties of a node that its query does not give.
	MissingColumn diag.Code = "missing-column"
	// DeclaredType is a column whose type is another one than its properties say.
	DeclaredType diag.Code = "declared-type"
	// UndeclaredColumn is a column that the query gives and the contract of its model does not have.
	UndeclaredColumn diag.Code = "undeclared-column"
)

// declared compares the columns that properties tell of with those that the query gives. With an enforced contract a difference is an
// error, since the warehouse is not asked for such a model.
func declared(s *subject) {
	if s.Type != compiler.Model && s.Type != compiler.Snapshot || len(s.Forms) == 0 || !s.readable() {
		return
	}
	severity := diag.Warning
	enforced := s.enforced()
	if enforced {
		severity = diag.Error
	} else if !s.own() {
		return
	}
	told := map[string]bool{}
	for _, c := range s.Node.Node.Columns {
		have := s.Column(c.Name)
		if have == nil {
			if !s.Open {
				_ = s.found.Add(&diag.Diagnostic{Severity: severity, Code: MissingColumn, Span: c.At, Message: fmt.Sprintf("%s %q gives no column %q", s.Type, s.Name, c.Name),
					Hint: diag.DidYouMean(c.Name, columnNames(s.Columns))})
			}
			continue
		}
		told[have.Name] = true
		if want := s.known.Parse(c.DataType); !sameKind(want, have.Type) {
			_ = s.found.Add(&diag.Diagnostic{Severity: severity, Code: DeclaredType, Span: c.At,
				Message: fmt.Sprintf("column %q of %s %q is %s, not %s", c.Name, s.Type, s.Name, s.known.Spelled(have.Type), c.DataType),
				Hint:    "cast it in the query, or correct its data_type"})
		}
	}
	if !enforced {
		return
	}
	for _, c := range s.Columns {
		if !told[c.Name] {
			d := s.add(s.Forms[0], diag.Error, UndeclaredColumn, c.At, fmt.Sprintf("the contract of model %q has no column %q", s.Name, c.Name),
				"add it to the columns of the model, or take it out of the query")
			if d == nil {
				_ = s.warn(diag.Error, UndeclaredColumn, fmt.Sprintf("the contract of model %q has no column %q, which its query gives", s.Name, c.Name), "")
			}
		}
	}
}

// enforced tells whether the node has a contract that is enforced.
func (s *subject) enforced() bool {
	contract, _ := s.Config.Get("contract").(map[string]any)
	return contract["enforced"] == true
}

func columnNames(columns []lineage.Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return out
}

// sameKind tells whether two types are of one kind, or one is not known: lengths and precisions are the warehouse's business.
func sameKind(want, have types.Type) bool {
	a, b := broad(want.Kind()), broad(have.Kind())
	return a == types.Unknown || b == types.Unknown || a == b
}

// broad is a kind without differences that a contract does not make.
func broad(k types.Kind) types.Kind {
	switch k {
	case types.Null, types.String, types.Integer, types.Named, types.Any:
		return types.Unknown
	case types.Varchar, types.Char:
		return types.Text
	}
	return k
}
