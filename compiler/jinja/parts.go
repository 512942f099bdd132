package jinja

// parts are the expressions that an expression is made of, in the order in which they are evaluated or written; some may be nil.
func parts(e expr) []expr {
	switch e := e.(type) {
	case *tupleExpr:
		return e.items
	case *listExpr:
		return e.items
	case *dictExpr:
		var pairs []expr
		for i, k := range e.keys {
			pairs = append(pairs, k, e.values[i])
		}
		return pairs
	case *condExpr:
		return []expr{e.then, e.test, e.otherwise}
	case *orExpr:
		return []expr{e.left, e.right}
	case *andExpr:
		return []expr{e.left, e.right}
	case *notExpr:
		return []expr{e.operand}
	case *unaryExpr:
		return []expr{e.operand}
	case *binaryExpr:
		return []expr{e.left, e.right}
	case *concatExpr:
		return e.parts
	case *compareExpr:
		sides := []expr{e.first}
		for _, o := range e.rest {
			sides = append(sides, o.value)
		}
		return sides
	case *attrExpr:
		return []expr{e.object}
	case *itemExpr:
		return []expr{e.object, e.key}
	case *sliceExpr:
		return []expr{e.start, e.stop, e.step}
	case *filterExpr:
		return append([]expr{e.value}, e.args.all()...)
	case *testExpr:
		return append([]expr{e.value}, e.args.all()...)
	case *callExpr:
		return append([]expr{e.callee}, e.args.all()...)
	}
	return nil
}

// all are the arguments' expressions; those of absent stars are nil.
func (a *arguments) all() []expr {
	out := append([]expr(nil), a.args...)
	return append(append(out, a.values...), a.star, a.doubleStar)
}
