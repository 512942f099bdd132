package types

import (
	"slices"
	"strings"
)

// duckForms are the names of what the grammar knows, a line each.
const duckForms = "coalesce\ndate\nextract\ngrouping\ngrouping_id\nif\nifnull\nnullif\nunnest\n"

// special is what DuckDB's grammar makes of calls before there are functions: COALESCE, IF, NULLIF.
func (d *duck) special(name string, args []Arg) (Result, bool, *CallError) {
	ts := typesOf(args)
	lower := strings.ToLower(name)
	switch {
	case lower == "coalesce" && len(ts) > 0, lower == "ifnull" && len(ts) == 2:
		return d.oneOf(name, ts)
	case lower == "if" && len(ts) == 3:
		return d.oneOf(name, []Type{ts[2], ts[1]})
	case lower == "nullif" && len(ts) == 2:
		return Result{Type: d.plain(ts[0])}, true, nil
	case lower == "date" && len(ts) == 1:
		return Result{Type: Of(Date)}, true, nil
	case lower == "extract":
		r, err := d.call("date_part", args)
		return r, true, err
	case (lower == "grouping" || lower == "grouping_id") && len(ts) > 0:
		return Result{Type: Of(BigInt)}, true, nil
	case lower == "typeof" && len(ts) == 1: // binding makes a literal of it
		return Result{Type: Of(String)}, true, nil
	case lower == "unnest" && len(ts) > 0:
		return d.unnest(args)
	case lower == "list_value" || lower == "list_pack":
		if len(ts) == 0 {
			return Result{Type: ListOf(Of(Null))}, true, nil
		}
		t, ok := d.commonPlain(ts)
		if !ok {
			return Result{}, true, &CallError{Reason: WrongTypes, Name: name, Args: ts, Candidates: d.lookup(name)}
		}
		return Result{Type: ListOf(t)}, true, nil
	}
	return Result{}, false, nil
}

// ordered: the grammar has its own names for the functions that take WITHIN GROUP, and passes on what it orders by first.
func (d *duck) ordered(name string, args, within []Arg) (Result, *CallError) {
	switch lower := strings.ToLower(name); lower {
	case "percentile_cont", "percentile_disc":
		return d.call("quantile"+strings.TrimPrefix(lower, "percentile"), append(slices.Clone(within), args...))
	case "mode":
		return d.call(lower, within)
	}
	return d.call(name, args)
}

func (d *duck) oneOf(name string, ts []Type) (Result, bool, *CallError) {
	t, ok := d.common(ts)
	if !ok {
		return Result{}, true, &CallError{Reason: WrongTypes, Name: name, Args: ts}
	}
	return Result{Type: t}, true, nil
}

// unnest: https://duckdb.org/docs/stable/sql/query_syntax/unnest. A struct becomes columns.
func (d *duck) unnest(args []Arg) (Result, bool, *CallError) {
	t := args[0].Type
	switch t.kind {
	case List, Array:
		return Result{Type: t.Element(), Set: true, Columns: []Field{{"unnest", t.Element()}}}, true, nil
	case Struct:
		return Result{Columns: t.Fields(), Set: true}, true, nil
	case Null, Unknown, Named:
		return Result{Set: true}, true, nil
	}
	return Result{}, true, &CallError{Reason: WrongTypes, Name: "unnest", Args: typesOf(args)}
}
