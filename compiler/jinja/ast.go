package jinja

import "github.com/modsql/mod/compiler/diag"

// pos is a node's place in the source of its template.
type pos struct{ start, end int }

func (p pos) at() pos { return p }

func (p pos) span(src *diag.Source) diag.Span {
	return diag.Span{Source: src, Start: p.start, End: p.end}
}

// expr is an expression. Nodes are immutable once parsed.
type expr interface {
	at() pos
	eval(f *frame) (Value, error)
}

type (
	constExpr struct {
		pos
		value Value
	}
	nameExpr struct {
		pos
		name string
		refs []slotRef
	}
	tupleExpr struct {
		pos
		items []expr
	}
	listExpr struct {
		pos
		items []expr
	}
	dictExpr struct {
		pos
		keys, values []expr
	}
	condExpr struct {
		pos
		test, then, otherwise expr // otherwise may be nil
	}
	orExpr  struct{ binaryExpr }
	andExpr struct{ binaryExpr }
	notExpr struct {
		pos
		operand expr
	}
	// unaryExpr is + or - of a number.
	unaryExpr struct {
		pos
		op      string
		operand expr
	}
	binaryExpr struct {
		pos
		op          string
		left, right expr
	}
	concatExpr struct {
		pos
		parts []expr
	}
	compareExpr struct {
		pos
		first expr
		rest  []operand
	}
	operand struct {
		op    string
		value expr
	}
	attrExpr struct {
		pos
		object expr
		name   string
	}
	itemExpr struct {
		pos
		object, key expr
	}
	sliceExpr struct {
		pos
		start, stop, step expr // nil where left out
	}
	callExpr struct {
		pos
		callee expr
		args   arguments
	}
	filterExpr struct {
		pos
		name  string
		fn    nativeFunc // nil for a filter that does not exist, where that is only an error if it is evaluated
		value expr       // nil in a filter block
		args  arguments
	}
	testExpr struct {
		pos
		name  string
		fn    nativeFunc
		value expr
		args  arguments
	}
)

// arguments are those of a call, filter or test.
type arguments struct {
	args       []expr
	names      []string // of the keyword arguments
	values     []expr
	star       expr // *args
	doubleStar expr // **kwargs
}

// stmt is a statement or a piece of text.
type stmt interface {
	at() pos
	exec(f *frame) (signal, error)
}

// signal tells how a statement ended.
type signal int

const (
	proceed signal = iota
	breakLoop
	continueLoop
)

type (
	textStmt struct {
		pos
		text string
	}
	printStmt struct {
		pos
		value expr
	}
	setStmt struct {
		pos
		target target
		value  expr
	}
	setBlock struct {
		pos
		target target
		filter expr // of innermost value nil; nil without one
		body   []stmt
		slots  slotRange
	}
	ifStmt struct {
		pos
		tests  []expr
		bodies [][]stmt // one more than tests with an else
	}
	forStmt struct {
		pos
		target    target
		iter      expr
		test      expr // nil without one
		recursive bool
		body      []stmt
		otherwise []stmt
		slots     slotRange
		elseSlots slotRange
		loopSlot  int
		usesLoop  bool
	}
	withStmt struct {
		pos
		targets []target
		values  []expr
		body    []stmt
		slots   slotRange
	}
	filterBlock struct {
		pos
		filter expr
		body   []stmt
		slots  slotRange
	}
	callBlock struct {
		pos
		call   *callExpr
		caller *macroDef
	}
	macroStmt struct {
		pos
		slot int
		def  *macroDef
	}
	doStmt struct {
		pos
		value expr
	}
	jumpStmt struct {
		pos
		signal signal
	}
	// blockStmt is a definition that renders as nothing: docs, snapshot, test, materialization.
	blockStmt struct {
		pos
		body *Template // of a snapshot
	}
)

// macroDef is the code of a macro, test, materialization or call block's body.
type macroDef struct {
	pos
	name   string
	caller bool // the body of a call block
	fn     *function
	params []paramDef
	body   []stmt
	src    *diag.Source
	public *Macro // the definition as a value without a closure
}

type paramDef struct {
	name  string
	slot  int
	value expr // the default; nil without one
}

// target is what can be assigned to.
type target interface{ assign(f *frame, v Value) error }

type (
	nameTarget struct {
		pos
		slot int
	}
	tupleTarget struct {
		pos
		items []target
	}
	fieldTarget struct {
		pos
		object *nameExpr
		name   string
	}
)
