package lint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/seed"
	"github.com/modsql/mod/compiler/types"
)

// seeds tells of seed files that cannot be read, and of values that do not go into the columns that column_types makes for them.
func seeds(s *subject) {
	if s.Type != compiler.Seed {
		return
	}
	var mistake *seed.Error
	if errors.As(s.Failed, &mistake) {
		s.found.Add(s.BadSeed(mistake))
		return
	}
	given, _ := s.Config.Get("column_types").(map[string]any)
	if len(given) == 0 || s.Failed != nil {
		return
	}
	f, err := s.graph.ReadSeed(s.Node.Node)
	if err != nil {
		return
	}
	fits := make([]func(string) bool, len(f.Columns))
	for i, c := range f.Columns {
		if _, ok := given[c.Name]; ok {
			fits[i] = fitting(s.known.Parse(c.Type))
		}
	}
	wrong, at, err := f.Misfit(func(i int, value string) bool { return fits[i] == nil || fits[i](value) })
	if err != nil || wrong == nil {
		return
	}
	where := s.InSeed(wrong.Line, wrong.Column)
	where.End = min(where.Start+len(wrong.Message), len(where.Source.Text))
	s.found.Add(&diag.Diagnostic{
		Code: lineage.TypeMismatch, Span: where, Hint: "correct the value, or the column_types of the seed",
		Message: fmt.Sprintf("%q does not go into column %q of seed %q, which is %s", wrong.Message, f.Columns[at].Name, s.Name, f.Columns[at].Type),
	})
}

// fitting tells of texts whether a column of that type takes them; nil if it takes all, or that is for the warehouse to say.
func fitting(t types.Type) func(string) bool {
	switch k := t.Kind(); {
	case k >= types.TinyInt && k <= types.Decimal:
		return isNumber
	case k == types.Boolean:
		return isBoolean
	case k == types.Date, k == types.Timestamp, k == types.TimestampTZ:
		return isMoment
	}
	return nil
}

func isNumber(text string) bool {
	text = strings.ReplaceAll(text, "_", "")
	_, plain := strconv.ParseFloat(text, 64)
	_, other := strconv.ParseInt(text, 0, 64)
	return plain == nil || errors.Is(plain, strconv.ErrRange) || other == nil
}

func isBoolean(text string) bool {
	words := []string{"t", "f", "true", "false", "y", "n", "yes", "no", "on", "off"}
	return slices.Contains(words, strings.ToLower(text)) || isNumber(text)
}

// isMoment takes everything with a digit: how dates are written is for the warehouse to say.
func isMoment(text string) bool {
	words := []string{"infinity", "-infinity", "epoch", "now", "today", "tomorrow", "yesterday"}
	return strings.ContainsAny(text, "0123456789") || slices.Contains(words, strings.ToLower(text))
}
