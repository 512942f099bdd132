package fingerprint

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// Nodes tells which node the name of a relation stands for, by its ID; "" for none.
type Nodes func(name []sql.Ident) string

// Text is the hash of SQL in its normal form. It is the same for texts that differ in nothing but comments, white space, letter case where the
// warehouse does not tell it apart, parentheses that change nothing, the names of tables and CTEs in the query, the order of CTEs or
// of conditions that AND or OR puts together, CTEs that nothing reads, and where the nodes that it reads are. All else counts.
//
// Of what is no query, or was not understood, the tokens are hashed, so that everything counts but comments and white space.
// Nodes may be nil.
func Text(file *sql.File, nodes Nodes) Hash {
	if nodes == nil {
		nodes = func([]sql.Ident) string { return "" }
	}
	t := &tree{dialect: file.Dialect, file: file, nodes: nodes, out: make([]byte, 0, 4096)}
	q := file.Query()
	understood := q != nil && len(file.Problems) == 0
	t.header("tree")
	if understood {
		t.query(q)
		understood = !t.failed
	}
	if !understood {
		t.out = t.out[:0]
		t.header("tokens")
		t.tokens()
	}
	return sum(t.out)
}

// words writes SQL that the tree has as text.
func (t *tree) words(text string) {
	for _, k := range sql.Tokens(text, t.dialect) {
		if k.Kind != sql.CommentToken {
			t.text(t.dialect.Fold(text[k.Start:k.End]))
		}
	}
	t.word("")
}

// tokens writes a text token by token.
func (t *tree) tokens() {
	list := slices.DeleteFunc(sql.Tokens(t.file.Text, t.dialect), func(k sql.Token) bool { return k.Kind == sql.CommentToken })
	for i := 0; i < len(list); {
		if id, n := t.node(list[i:]); id != "" {
			t.word("node")
			t.text(id)
			i += n
			continue
		}
		text := t.file.Slice(list[i].Span)
		switch list[i].Kind {
		case sql.NameToken, sql.KeywordToken:
			text = t.dialect.Fold(text)
		case sql.StringToken:
			// Strings on lines of their own are one, in standard SQL.
			if i > 0 && list[i-1].Kind == sql.StringToken && strings.Contains(t.file.Text[list[i-1].End:list[i].Start], "\n") {
				t.word("next line")
			}
		}
		t.number(int(list[i].Kind))
		t.text(text)
		i++
	}
}

// node is the node whose name the tokens begin with, and of how many tokens its name is.
func (t *tree) node(list []sql.Token) (id string, n int) {
	var name []sql.Ident
	for i := 0; i < len(list); i += 2 {
		ident, ok := t.identOf(list[i])
		if !ok {
			break
		}
		if name = append(name, ident); len(name) > 1 {
			if found := t.nodes(name); found != "" {
				id, n = found, i+1
			}
		}
		if i+1 >= len(list) || t.file.Slice(list[i+1].Span) != "." {
			break
		}
	}
	return id, n
}

// identOf is the name that a token is.
func (t *tree) identOf(k sql.Token) (sql.Ident, bool) {
	text := t.file.Slice(k.Span)
	switch {
	case k.Kind == sql.NameToken:
		return sql.Ident{Span: k.Span, Name: text}, true
	case k.Kind == sql.QuotedToken && len(text) >= 2 && text[0] == text[len(text)-1]:
		quote := text[:1]
		return sql.Ident{Span: k.Span, Name: strings.ReplaceAll(text[1:len(text)-1], quote+quote, quote), Quoted: true}, true
	}
	return sql.Ident{}, false
}

// tree writes the normal form of one text.
type tree struct {
	dialect *dialect.Dialect
	file    *sql.File
	nodes   Nodes
	out     []byte
	scope   *scope
	busy    []*cte          // those that are being hashed, the outermost first
	twins   map[Hash][]*cte // those that are hashed, in the order in which they were first read
	failed  bool            // there is something in it that was not understood
	reading *reading        // says what names and queries mean; nil where their form is all
}

func (t *tree) header(form string) {
	for _, s := range []string{version, t.dialect.Name, form} {
		t.text(s)
	}
}

func (t *tree) number(n int)  { t.out = binary.AppendVarint(t.out, int64(n)) }
func (t *tree) text(s string) { t.out = appendText(t.out, s) }

// word writes what tells one thing of the normal form from another. It is a text like all others: it only has to be one of those that may
// stand there.
func (t *tree) word(s string) { t.text(s) }

// apart hashes what write writes.
func (t *tree) apart(write func()) Hash {
	start := len(t.out)
	write()
	h := sum(t.out[start:])
	t.out = t.out[:start]
	return h
}

// binary writes operators between values. Chains of them are long sooner than they are deep, so they are followed and not descended.
func (t *tree) binary(x *sql.Binary) {
	if x.Op == sql.OpAnd || x.Op == sql.OpOr {
		t.junction(x)
		return
	}
	t.word("chain")
	for {
		t.text(string(x.Op))
		t.one(x.Y)
		left, ok := x.X.(*sql.Binary)
		if !ok || left.Op == sql.OpAnd || left.Op == sql.OpOr {
			t.word("")
			t.one(x.X)
			return
		}
		x = left
	}
}

// junction writes conditions that AND or OR puts together, whatever their order.
func (t *tree) junction(x *sql.Binary) {
	hashes := t.conditions(nil, x, x.Op)
	slices.SortFunc(hashes, func(a, b Hash) int { return bytes.Compare(a[:], b[:]) })
	t.word("junction")
	t.text(string(x.Op))
	t.number(len(hashes))
	for _, h := range hashes {
		t.out = append(t.out, h[:]...)
	}
}

// conditions adds the hashes of what that operator puts together.
func (t *tree) conditions(hashes []Hash, x sql.Expr, op sql.Op) []Hash {
	b, ok := x.(*sql.Binary)
	for ; ok && b.Op == op; b, ok = x.(*sql.Binary) {
		hashes = t.conditions(hashes, b.Y, op)
		x = b.X
	}
	return append(hashes, t.apart(func() { t.one(x) }))
}
