package trino

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// batchSize is how much text of rows goes with one statement: a cluster takes no more than a million characters, unless it is told so
// (query.max-length), of which quotes inside of texts need two.
const batchSize = 400_000

// Load inserts rows in batches, each a statement with one text in it that the cluster takes apart, which it reads tens of times as quickly
// as a list of VALUES. Where one batch is not enough, they go into a table of their own first, so that all rows arrive with one
// statement, or none.
func (s *session) Load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (adapters.Stats, error) {
	none := adapters.Stats{Rows: -1}
	if s.closed {
		return none, adapters.ErrBroken
	}
	if ctx.Err() != nil {
		return none, cancelled(ctx)
	}
	columns, err := s.targets(ctx, into)
	if err != nil {
		return none, unplaced(err)
	}
	l := &loader{session: s, into: into, target: into.Relation, columns: columns}
	if err = l.fill(ctx, rows); err == nil {
		err = l.finish(ctx)
	}
	if err != nil {
		return none, errors.Join(unplaced(err), l.drop(ctx))
	}
	return adapters.Stats{Message: fmt.Sprintf("INSERT %d", l.rows), Code: "INSERT", Rows: l.rows, QueryID: l.id}, l.drop(ctx)
}

// targets are the columns that are filled, with their types.
func (s *session) targets(ctx context.Context, into relation.Table) ([]relation.Column, error) {
	names := "*"
	if into.Columns != nil {
		names = columnNames(into.Columns)
	}
	rows, err := s.Query(ctx, "select "+names+" from "+quoted(into.Relation)+" limit 0")
	if err != nil {
		return nil, err
	}
	return rows.Columns, rows.Close()
}

func columnNames(columns []relation.Column) string {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = dialect.Trino.Ident(c.Name)
	}
	return strings.Join(quoted, ", ")
}

// loader is a load that is going on.
type loader struct {
	session *session
	into    relation.Table
	target  relation.Relation // what batches are inserted into: the table itself, or one beside it
	columns []relation.Column
	batch   []byte // rows as JSON, without the brackets around them
	held    int64  // rows in it
	rows    int64
	staged  bool
	id      string
}

// fill takes all rows in. The last batch is held back.
func (l *loader) fill(ctx context.Context, rows iter.Seq2[[]any, error]) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return cancelled(ctx)
		}
		if len(row) != len(l.columns) {
			return fmt.Errorf("row %d has %d values for %d columns", l.rows+1, len(row), len(l.columns))
		}
		before := len(l.batch)
		if err := l.spell(row); err != nil {
			return fmt.Errorf("row %d: %w", l.rows+1, err)
		}
		if len(l.batch) > batchSize && l.held > 0 {
			last := append([]byte(nil), l.batch[before:]...)
			l.batch = l.batch[:before]
			if err := l.stage(ctx); err != nil {
				return err
			}
			l.batch = append(l.batch[:0], strings.TrimPrefix(string(last), ",")...)
		}
		l.held++
		l.rows++
	}
	return nil
}

// stage inserts a batch that is not the last one.
func (l *loader) stage(ctx context.Context) error {
	if !l.staged {
		name := make([]byte, 6)
		_, _ = rand.Read(name) // it never fails
		l.target.Name += "__mod_load_" + hex.EncodeToString(name)
		l.staged = true
		sql := "create table " + quoted(l.target) + " as select " + columnNames(l.columns) + " from " + quoted(l.into.Relation) + " where false"
		if _, err := l.session.exec(ctx, ours("CREATE TABLE", sql)); err != nil {
			return err
		}
	}
	return l.insert(ctx)
}

// finish inserts what is left, and all of it into the table.
func (l *loader) finish(ctx context.Context) error {
	if l.held > 0 {
		if err := l.insert(ctx); err != nil {
			return err
		}
	}
	if !l.staged {
		return nil
	}
	names := columnNames(l.columns)
	stats, err := l.session.exec(ctx, ours("INSERT", "insert into "+quoted(l.into.Relation)+" ("+names+") select "+names+" from "+quoted(l.target)))
	l.id = stats.QueryID
	return err
}

// drop gets rid of the table beside, also when ctx is over.
func (l *loader) drop(ctx context.Context) error {
	if !l.staged {
		return nil
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer stop()
	_, err := l.session.exec(ctx, ours("DROP TABLE", "drop table if exists "+quoted(l.target)))
	return unplaced(err)
}

// insert sends the batch.
func (l *loader) insert(ctx context.Context) error {
	fields, values, names := make([]string, len(l.columns)), make([]string, len(l.columns)), make([]string, len(l.columns))
	for i, c := range l.columns {
		names[i] = "c" + strconv.Itoa(i)
		fields[i], values[i] = "varchar", cast(names[i], c.Type)
	}
	stats, err := l.session.exec(ctx, ours("INSERT", "insert into "+quoted(l.target)+" ("+columnNames(l.columns)+") select "+strings.Join(values, ", ")+
		" from unnest(cast(json_parse("+literal("["+string(l.batch)+"]")+") as array(row("+strings.Join(fields, ", ")+")))) as r ("+strings.Join(names, ", ")+")"))
	l.id, l.batch, l.held = stats.QueryID, l.batch[:0], 0
	return err
}

// ours is a statement that is not looked at for more of them.
func ours(verb, sql string) statement {
	return statement{adapters.Statement{Text: sql}, verb}
}

// cast is the text of a value as a value of a type.
func cast(value, typ string) string {
	switch name, _ := family(typ); name {
	case "varchar":
		return value
	case "varbinary":
		return "from_base64(" + value + ")"
	case "array", "map", "row":
		return "cast(json_parse(" + value + ") as " + typ + ")"
	case "json":
		return "json_parse(" + value + ")"
	}
	return "cast(" + value + " as " + typ + ")"
}

// spell adds a row to the batch: an array of texts.
func (l *loader) spell(row []any) error {
	if len(l.batch) > 0 {
		l.batch = append(l.batch, ',')
	}
	l.batch = append(l.batch, '[')
	for i, v := range row {
		if i > 0 {
			l.batch = append(l.batch, ',')
		}
		name, _ := family(l.columns[i].Type)
		text, err := spelled(v, name)
		if err != nil {
			return fmt.Errorf("column %s: %w", l.columns[i].Name, err)
		}
		if text == nil {
			l.batch = append(l.batch, "null"...)
			continue
		}
		encoded, err := json.Marshal(*text)
		if err != nil {
			return err
		}
		l.batch = append(l.batch, encoded...)
	}
	l.batch = append(l.batch, ']')
	return nil
}

// spelled is a value as the text that is cast to a type; nil for null.
func spelled(v any, typ string) (*string, error) {
	var text string
	switch v := v.(type) {
	case nil:
		return nil, nil
	case bool:
		text = strconv.FormatBool(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = number(v)
	case time.Time:
		text = moment(v, typ)
	case []byte:
		text = string(v)
		if typ == "varbinary" {
			return encoded(v), nil
		}
	case string:
		text = v
		switch {
		case typ == "varbinary":
			return encoded([]byte(v)), nil
		case strings.HasPrefix(typ, "timestamp"):
			text = spaced(v)
		}
	default:
		return nil, fmt.Errorf("a value of type %T cannot be loaded", v)
	}
	if !utf8.ValidString(text) {
		return nil, errors.New("the text is not UTF-8")
	}
	return &text, nil
}

func encoded(b []byte) *string {
	text := base64.StdEncoding.EncodeToString(b)
	return &text
}

// number is a float as a cluster reads it.
func number(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case math.IsNaN(f):
		return "NaN"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func moment(t time.Time, typ string) string {
	t = t.UTC()
	switch {
	case typ == "date":
		return t.Format(time.DateOnly)
	case strings.HasSuffix(typ, "with time zone"):
		return t.Format("2006-01-02 15:04:05.999999999") + " UTC"
	}
	return t.Format("2006-01-02 15:04:05.999999999")
}

// spaced is a moment in the form of ISO 8601 as a cast takes it: 2024-01-02T03:04:05Z has a blank in the middle and a zone with a name.
func spaced(s string) string {
	const day = len("2024-01-02")
	if len(s) > day && s[day] == 'T' {
		s = s[:day] + " " + s[day+1:]
	}
	if rest, ok := strings.CutSuffix(s, "Z"); ok {
		s = rest + " UTC"
	}
	return s
}

// unplaced takes the place out of an error in a statement that nobody wrote.
func unplaced(err error) error {
	var e *adapters.Error
	if errors.As(err, &e) {
		e.Position = -1
	}
	return err
}
