package types

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/types"
)

var postgresTypes = []string{
	"boolean", "smallint", "integer", "bigint", "numeric", "numeric(10,2)", "real", "double precision", "text", "character varying(10)",
	"character varying", "character(3)", "name", `"char"`, "bytea", "bit(3)", "bit varying", "uuid", "json", "jsonb", "xml", "date", "time without time zone",
	"time with time zone", "timestamp without time zone", "timestamp(3) without time zone", "timestamp with time zone", "interval",
	"oid", "inet", "money", "int4range", "tsvector", "point", "integer[]", "text[]", "numeric(10,2)[]", "character varying(10)[]",
}

var postgresOperators = []string{
	"+", "-", "*", "/", "%", "^", "||", "=", "<>", "<", ">=", "like", "~", "~*", "&", "|", "#", "<<", ">>", "@>", "<@", "&&", "->", "->>", "#>", "#>>", "?", "and", "is distinct from",
}

func postgresTable(t *testing.T) (adapters.Adapter, []operand) {
	session, s := openPostgres(t), types.For(dialect.Postgres)
	var columns []string
	var all []operand
	for i, name := range postgresTypes {
		columns = append(columns, fmt.Sprintf("c%d %s", i, name))
		all = append(all, operand{fmt.Sprintf("c%d", i), types.Arg{Type: s.Parse(name)}})
	}
	if _, err := session.Exec(t.Context(), "create table t ("+strings.Join(columns, ", ")+")"); err != nil {
		t.Fatal(err)
	}
	for _, text := range duckLiterals {
		all = append(all, literal(s, text))
	}
	return session, all
}

func TestPostgresAgrees(t *testing.T) {
	t.Parallel()
	session, operands := postgresTable(t)
	s, a := types.For(dialect.Postgres), newTally()
	postgresPairs(t, session, s, a, operands)
	postgresSignatures(t, session, s, a, operands)
	a.report(t, 99)
}

func postgresPairs(t *testing.T, session adapters.Adapter, s *types.System, a *tally, operands []operand) {
	for _, l := range operands {
		for _, r := range operands {
			for _, op := range postgresOperators {
				got, err := s.Binary(op, l.arg, r.arg)
				postgresCompare(t, session, s, a, "operators", l.text+" "+op+" "+r.text, "", got, err, l, r)
			}
			for _, f := range []string{"coalesce", "nullif"} {
				got, err := s.Call(f, l.arg, r.arg)
				postgresCompare(t, session, s, a, f, f+"("+l.text+", "+r.text+")", "", got, err, l, r)
			}
			union, ok := s.Union(l.arg.Type, r.arg.Type)
			postgresCompare(t, session, s, a, "set operations", "(select "+l.text+" from t) union all select "+r.text, "", types.Result{Type: union}, refusal(ok), l, r)
		}
	}
}

func postgresCompare(t *testing.T, session adapters.Adapter, s *types.System, a *tally, sort, text, note string, got types.Result, refused *types.CallError, operands ...operand) {
	if a.skip() {
		return
	}
	t.Helper()
	statement := "select " + text + " as x from t limit 0"
	if strings.HasPrefix(text, "(select") {
		statement = text + " from t limit 0"
	}
	rows, err := session.Query(context.Background(), statement)
	warehouse := ""
	if err == nil {
		warehouse = rows.Columns[0].Type
		rows.Close()
	}
	var known *adapters.Error
	if errors.As(err, &known) {
		if strings.HasPrefix(known.Code, "22") || known.Code == "42601" || known.Code == "0A000" || known.Code == "42P10" || known.Code == "42809" {
			a.left++
			return
		}
		note += " " + strings.ReplaceAll(known.Message, "\n", " ")
	}
	a.add(sort, explain(s, text, operands...)+" "+note, warehouse, printed(s, got, refused))
}

func postgresSignatures(t *testing.T, session adapters.Adapter, s *types.System, a *tally, operands []operand) {
	random := rand.New(rand.NewPCG(3, 4))
	direct := map[string]bool{}
	for _, name := range lines(t, session, "select distinct p.proname::text from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid where aggkind <> 'n'") {
		direct[name] = true
	}
	for _, name := range lines(t, session, "select distinct proname::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname !~ '^(pg_logical|pg_replication|pg_create|binary_upgrade)' order by 1") {
		for _, signature := range s.Lookup(name) {
			if !direct[name] {
				postgresSignature(t, session, s, a, operands, signature, random)
			}
		}
	}
}

func postgresSignature(t *testing.T, session adapters.Adapter, s *types.System, a *tally, operands []operand, signature types.Signature, random *rand.Rand) {
	var exact []operand
	params := signature.Params
	if signature.Variadic != "" {
		params = append(params[:len(params):len(params)], signature.Variadic)
	}
	for _, p := range params {
		if p == "anyenum" {
			return // there is no enum in an empty database
		}
		exact = append(exact, postgresOperand(s, operands, p))
	}
	postgresCall(t, session, s, a, "signatures", signature, exact)
	for range min(2, len(exact)) {
		near := append([]operand(nil), exact...)
		near[random.IntN(len(near))] = operands[random.IntN(len(operands))]
		postgresCall(t, session, s, a, "other arguments", signature, near)
	}
	if len(exact) > 0 {
		postgresCall(t, session, s, a, "too few arguments", signature, exact[1:])
	}
}

func postgresCall(t *testing.T, session adapters.Adapter, s *types.System, a *tally, sort string, signature types.Signature, operands []operand) {
	var texts []string
	var args []types.Arg
	for _, o := range operands {
		texts, args = append(texts, o.text), append(args, o.arg)
	}
	text := `"` + signature.Name + `"(` + strings.Join(texts, ", ") + ")"
	if signature.Kind == types.Window {
		text += " over ()"
	}
	got, err := s.Call(signature.Name, args...)
	postgresCompare(t, session, s, a, sort, text, signature.String(), got, err, operands...)
}

// postgresOperand is a column of a parameter's type, else a NULL of it.
func postgresOperand(s *types.System, operands []operand, param string) operand {
	switch param {
	case `"any"`, "anyelement", "anynonarray", "anycompatible", "anycompatiblenonarray":
		param = "integer"
	case "anyarray", "anycompatiblearray":
		param = "integer[]"
	case "anyrange", "anycompatiblerange":
		param = "int4range"
	case "anymultirange", "anycompatiblemultirange":
		param = "int4multirange"
	}
	t := s.Parse(param)
	for _, o := range operands {
		if o.arg.Type.Equal(t) && o.text[0] == 'c' {
			return o
		}
	}
	if param == "character" || param == "bit" {
		t = s.Parse(param + "(1)")
	}
	return operand{"cast(null as " + param + ")", types.Arg{Type: t}}
}
