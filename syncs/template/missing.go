package template

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/syncs"
)

// Missing is an error of class Missing if one of the names is a field of a row that rows with those fields do not have; what is the
// place that names it.
func Missing(what string, names []string, fields []syncs.Field) error {
	for _, name := range names {
		field, ok := strings.CutPrefix(name, "row.")
		if !ok || slices.ContainsFunc(fields, func(f syncs.Field) bool { return f.Name == field }) {
			continue
		}
		var have []string
		for _, f := range fields {
			have = append(have, f.Name)
		}
		return &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("%s names %q, which its rows do not have: they have %s", what, field, strings.Join(have, ", "))}
	}
	return nil
}
