package types

// pgForms are the names of what the grammar knows, a line each.
const pgForms = "coalesce\ngreatest\ngrouping\nleast\nnullif\nrow\ntrim\n"

// special is what the grammar makes of calls that are no functions: COALESCE, NULLIF, GREATEST, ROW, CURRENT_DATE.
func (p *postgres) special(name string, args []Arg) (Result, bool, *CallError) {
	ts := typesOf(args)
	switch name {
	case "coalesce", "greatest", "least":
		if len(ts) == 0 {
			return Result{}, false, &CallError{Reason: WrongCount, Name: name}
		}
		t, ok := p.common(ts)
		if !ok {
			return Result{}, false, &CallError{Reason: WrongTypes, Name: name, Args: ts}
		}
		return Result{Type: t}, true, nil
	case "nullif":
		if len(ts) != 2 {
			return Result{}, false, &CallError{Reason: WrongCount, Name: name, Args: ts}
		}
		return p.nullIf(args)
	case "row":
		fields := make([]Field, len(ts))
		for i, t := range ts {
			fields[i] = Field{"", p.settle(t)}
		}
		return Result{Type: StructOf(fields...)}, true, nil
	case "grouping":
		return Result{Type: Of(Int)}, true, nil
	case "trim":
		return p.renamed("btrim", args)
	}
	if t, ok := pgClock(name); ok && len(args) <= 1 {
		return Result{Type: t, Volatility: Stable}, true, nil
	}
	return Result{}, false, nil
}

func (p *postgres) renamed(name string, args []Arg) (Result, bool, *CallError) {
	r, err := p.call(name, args)
	return r, true, err
}

// pgClock are the words that stand for functions without parentheses.
func pgClock(name string) (Type, bool) {
	switch name {
	case "current_date":
		return Of(Date), true
	case "current_time":
		return Of(TimeTZ), true
	case "current_timestamp":
		return Of(TimestampTZ), true
	case "localtime":
		return Of(Time), true
	case "localtimestamp":
		return Of(Timestamp), true
	case "current_role", "current_user", "session_user", "user", "current_catalog", "current_schema":
		return NamedOf("name"), true
	}
	return Type{}, false
}

// nullIf has the type that the left side becomes for the comparison.
func (p *postgres) nullIf(args []Arg) (Result, bool, *CallError) {
	l, r := args[0].Type, args[1].Type
	if p.vague(l) || p.vague(r) {
		return Result{Type: l}, true, nil
	}
	o, err := p.operator("=", args)
	if err != nil {
		return Result{}, false, err
	}
	literal := l.kind == String || l.kind == Null
	switch {
	case pgPolymorphic(o.names[0]) && literal:
		return Result{Type: p.typeOf(p.name(r))}, true, nil
	case pgPolymorphic(o.names[0]), o.names[0] == p.name(l):
		return Result{Type: l}, true, nil
	}
	return Result{Type: p.typeOf(o.names[0])}, true, nil
}
