package cmd

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/fingerprint"
)

// keptBy tells which columns of a node the change leaves as they are, so that they need not be compared: it is proved of the queries. nil where nothing is
// proved: there may be other rows, or what the target has was made in another way than by one query.
func keptBy(v *change.Verdict) func(column string) bool {
	if v.State != change.Changed && v.State != change.Affected || v.Impact == nil || v.Impact.Unknown || v.Impact.Rows || v.Impact.Others {
		return nil
	}
	switch v.Node.Config.Materialized() {
	case "table", "view":
		return func(column string) bool {
			return slices.ContainsFunc(v.Impact.Columns, func(c fingerprint.ColumnChange) bool {
				return strings.EqualFold(c.Name, column) && c.State == fingerprint.Kept
			})
		}
	}
	return nil
}
