package types

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/types"
)

var differences = flag.String("differences", "", "a file to list the cases in that differ")

func writeLines(t *testing.T, file string, rows []string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(strings.Join(rows, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// duckTypes are the types that are tried with each other; the columns of an empty table have them.
var duckTypes = []string{
	"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
	"FLOAT", "DOUBLE", "DECIMAL(4,1)", "DECIMAL(18,3)", "DECIMAL(38,10)", "BIGNUM", "VARCHAR", "BLOB", "BIT", "UUID", "JSON",
	"DATE", "TIME", "TIME_NS", "TIME WITH TIME ZONE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "INTERVAL",
	"ENUM('a', 'b')", "INTEGER[]", "VARCHAR[]", "INTEGER[3]", "MAP(VARCHAR, INTEGER)", "STRUCT(a INTEGER, b VARCHAR)", "STRUCT(b VARCHAR)", "UNION(x INTEGER, y VARCHAR)",
}

// duckMore are types that only signatures ask for.
var duckMore = []string{"BOOLEAN[]", "DOUBLE[]", "FLOAT[]", "BIGINT[]", "INTEGER[][]", "FLOAT[3]", "DOUBLE[3]", "GEOMETRY", "VARIANT", "STRUCT(\"year\" BIGINT, \"month\" BIGINT, \"day\" BIGINT)"}

// duckLiterals are values written in a query.
var duckLiterals = []string{"NULL", "'1'", "1", "300", "10000000000", "1.5"}

// operand is one side of a case: how it is written, and what it is to types.
type operand struct {
	text string
	arg  types.Arg
}

// duckOperands are a column of each type, and the literals.
func duckOperands(s *types.System) []operand {
	var all []operand
	for i, name := range duckTypes {
		all = append(all, operand{fmt.Sprintf("c%d", i), types.Arg{Type: s.Parse(name), Name: fmt.Sprintf("c%d", i)}})
	}
	for _, text := range duckLiterals {
		all = append(all, literal(s, text))
	}
	return all
}

func literal(s *types.System, text string) operand {
	switch {
	case text == "NULL":
		return operand{text, types.Arg{Type: types.Of(types.Null)}}
	case text[0] == '\'':
		value := strings.Trim(text, "'")
		return operand{text, types.Arg{Type: s.Text(value), Literal: true, Text: value}}
	case strings.Contains(text, "."):
		return operand{text, types.Arg{Type: s.Decimal(text), Literal: true, Text: text}}
	}
	return operand{text, types.Arg{Type: s.Integer(text), Literal: true, Text: text}}
}

// describe is the type that DuckDB gives an expression, "" if it refuses it, and why.
func describe(t *testing.T, session adapters.Adapter, expression string) (string, error) {
	t.Helper()
	rows, err := session.Query(context.Background(), "select column_type from (describe select "+expression+" as x from t)")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for row, err := range rows.All {
		return fmt.Sprint(row[0]), err
	}
	return "", nil
}

// byValue tells whether an expression is refused for the values in it, of which types know nothing: a format that is not written
// down, a fraction above one.
func byValue(err error) bool {
	if err == nil {
		return false
	}
	for _, words := range duckValueErrors {
		if strings.Contains(strings.ToLower(err.Error()), words) {
			return true
		}
	}
	return false
}

var duckValueErrors = []string{"constant", "conversion error", "out of range", "invalid input error", "invalid type error", "null value", "must not be null", "requires a range", "internal use only", "syntax error"}

func duckTable(t *testing.T) adapters.Adapter {
	session := openDuckDB(t)
	all := append(duckTypes[:len(duckTypes):len(duckTypes)], duckMore...)
	columns := make([]string, len(all))
	for i, name := range all {
		columns[i] = fmt.Sprintf("c%d %s", i, name)
	}
	if _, err := session.Exec(t.Context(), "create table t ("+strings.Join(columns, ", ")+")"); err != nil {
		t.Fatal(err)
	}
	return session
}

func TestDuckDBAgrees(t *testing.T) {
	t.Parallel()
	session, s := duckTable(t), types.For(dialect.DuckDB)
	a := newTally()
	operands := duckOperands(s)
	duckPairs(t, session, s, a, operands)
	duckSignatures(t, session, s, a, operands)
	a.report(t, 99.5)
}

var duckOperators = []string{
	"+", "-", "*", "/", "//", "%", "^", "**", "||", "&", "|", "<<", ">>", "=", "<>", "<", ">=", "and", "like", "~", "is distinct from", "->", "->>", "^@",
}

// duckPairs tries every operator, and every form that makes one type of two, with every two types.
func duckPairs(t *testing.T, session adapters.Adapter, s *types.System, a *tally, operands []operand) {
	for _, l := range operands {
		for _, r := range operands {
			for _, op := range duckOperators {
				text := l.text + " " + op + " " + r.text
				got, err := s.Binary(op, l.arg, r.arg)
				duckCompare(t, session, s, a, "operators", text, "", got, err, l, r)
			}
			text := "coalesce(" + l.text + ", " + r.text + ")"
			got, err := s.Call("coalesce", l.arg, r.arg)
			duckCompare(t, session, s, a, "coalesce", text, "", got, err, l, r)
			text = "[" + l.text + ", " + r.text + "]"
			got, err = s.Call("list_value", l.arg, r.arg)
			duckCompare(t, session, s, a, "lists", text, "", got, err, l, r)
			text = "(select " + l.text + " union all select " + r.text + ")"
			union, ok := s.Union(l.arg.Type, r.arg.Type)
			duckCompare(t, session, s, a, "set operations", text, "", types.Result{Type: union}, refusal(ok), l, r)
		}
	}
}

func refusal(ok bool) *types.CallError {
	if ok {
		return nil
	}
	return &types.CallError{}
}

func duckCompare(t *testing.T, session adapters.Adapter, s *types.System, a *tally, sort, text, note string, got types.Result, refused *types.CallError, operands ...operand) {
	if a.skip() {
		return
	}
	warehouse, err := describe(t, session, text)
	if byValue(err) {
		a.left++
		return
	}
	if err != nil {
		note += " " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	a.add(sort, explain(s, text, operands...)+" "+note, warehouse, printed(s, got, refused))
}

func explain(s *types.System, text string, operands ...operand) string {
	text += "  ("
	for _, o := range operands {
		text += " " + s.Print(o.arg.Type)
	}
	return text + " )"
}

// duckSignatures calls every function as its signatures say, and with types that they do not name.
func duckSignatures(t *testing.T, session adapters.Adapter, s *types.System, a *tally, operands []operand) {
	random := rand.New(rand.NewPCG(1, 2))
	names := lines(t, session, `select distinct function_name from duckdb_functions() where function_type in ('scalar', 'aggregate', 'macro') and database_name = 'system'
		and regexp_full_match(function_name, '[a-z_0-9]+') order by 1`)
	for _, name := range names {
		for _, signature := range s.Lookup(name) {
			if signature.Kind == types.Table {
				continue
			}
			duckSignature(t, session, s, a, operands, signature, random)
		}
	}
}

func duckSignature(t *testing.T, session adapters.Adapter, s *types.System, a *tally, operands []operand, signature types.Signature, random *rand.Rand) {
	var exact []operand
	params := signature.Params
	if signature.Variadic != "" {
		params = append(params[:len(params):len(params)], signature.Variadic)
	}
	for _, p := range params {
		o, ok := concrete(s, operands, p)
		if !ok {
			return
		}
		exact = append(exact, o)
	}
	duckCall(t, session, s, a, "signatures", signature, exact)
	for range min(3, len(exact)) {
		near := append([]operand(nil), exact...)
		near[random.IntN(len(near))] = operands[random.IntN(len(operands))]
		duckCall(t, session, s, a, "other arguments", signature, near)
	}
	if len(exact) > 0 {
		duckCall(t, session, s, a, "too few arguments", signature, exact[1:])
	}
}

func duckCall(t *testing.T, session adapters.Adapter, s *types.System, a *tally, sort string, signature types.Signature, operands []operand) {
	var texts []string
	var args []types.Arg
	for _, o := range operands {
		texts, args = append(texts, o.text), append(args, o.arg)
	}
	text := signature.Name + "(" + strings.Join(texts, ", ") + ")"
	if signature.Kind == types.Window {
		text += " over ()"
	}
	got, err := s.Call(signature.Name, args...)
	duckCompare(t, session, s, a, sort, text, signature.String(), got, err, operands...)
}

// concrete is an operand for a parameter of that type.
func concrete(s *types.System, operands []operand, param string) (operand, bool) {
	replaced := strings.NewReplacer("ANY[]", "INTEGER[]", "T[][]", "INTEGER[][]", "T[]", "INTEGER[]", "FLOAT[ANY]", "FLOAT[3]", "DOUBLE[ANY]", "DOUBLE[3]").Replace(param)
	switch replaced {
	case "ANY", "T", "V":
		replaced = "INTEGER"
	case "K":
		replaced = "VARCHAR"
	case "MAP(K, V)":
		replaced = "MAP(VARCHAR, INTEGER)"
	case "K[]":
		replaced = "VARCHAR[]"
	case "V[]":
		replaced = "INTEGER[]"
	case "STRUCT(K, V)[]":
		return operand{"[row(c3, c17)]", types.Arg{Type: s.Parse("STRUCT(INTEGER, VARCHAR)[]")}}, true
	case "STRUCT":
		replaced = "STRUCT(a INTEGER, b VARCHAR)"
	case "UNION":
		replaced = "UNION(x INTEGER, y VARCHAR)"
	case "DECIMAL":
		replaced = "DECIMAL(4,1)"
	case "LAMBDA", "POINTER", "TABLE", "AGGREGATE_STATE<?>":
		return operand{}, false
	}
	t := s.Parse(replaced)
	for _, o := range operands {
		if o.arg.Type.Equal(t) {
			return o, true
		}
	}
	for i, name := range duckMore {
		if s.Parse(name).Equal(t) {
			return operand{fmt.Sprintf("c%d", len(duckTypes)+i), types.Arg{Type: t}}, true
		}
	}
	return operand{"cast(null as " + replaced + ")", types.Arg{Type: t}}, !t.IsUnknown()
}
