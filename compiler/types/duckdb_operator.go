package types

import "strings"

// binary: most operators are functions of that name.
func (d *duck) binary(op string, l, r Arg) (Result, *CallError) {
	switch op = strings.ToLower(op); op {
	case "and", "or": // everything is cast to a BOOLEAN
		return Result{Type: Of(Boolean)}, nil
	case "=", "==", "<>", "!=", "<", "<=", ">", ">=", "in", "not in", "is distinct from", "is not distinct from", "between", "not between":
		if _, ok := d.compare(op, l.Type, r.Type); !ok {
			return Result{}, &CallError{Reason: WrongTypes, Name: op, Args: typesOf([]Arg{l, r})}
		}
		return Result{Type: Of(Boolean)}, nil
	case "like":
		op = "~~"
	case "not like":
		op = "!~~"
	case "ilike":
		op = "~~*"
	case "not ilike":
		op = "!~~*"
	case "glob":
		op = "~~~"
	case "~", "similar to":
		op = "regexp_full_match"
	case "!~", "not similar to":
		op = "regexp_full_match"
	case "->":
		op = "json_extract"
	case "^@":
		op = "starts_with"
	}
	result, err := d.call(op, []Arg{l, r})
	if err != nil {
		err.Name = op
	}
	return result, err
}

func (d *duck) unary(op string, x Arg) (Result, *CallError) {
	switch op = strings.ToLower(op); op {
	case "not":
		return Result{Type: Of(Boolean)}, nil
	case "-":
		if x.Type.kind == Integer {
			return Result{Type: negated(x.Type)}, nil
		}
	case "+":
		if x.Type.kind == Integer {
			return Result{Type: x.Type}, nil
		}
	}
	return d.call(op, []Arg{x})
}
