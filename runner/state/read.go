package state

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/relation"
)

// lastRuns is how many runs are read.
const lastRuns = 20

// Read reads what is known of environments, in one query. The catalog is what the schema of the state is seen to have, nil asks the warehouse: where
// there are no tables there is nothing known. Tables of a newer version are an error that wraps ErrNewer.
func (t Tables) Read(ctx context.Context, conn Conn, catalog *relation.Catalog, environments ...string) (Known, error) {
	catalog, err := t.seen(ctx, conn, catalog)
	if err != nil || !t.Exist(catalog) || len(environments) == 0 {
		return Known{}, err
	}
	lack, err := t.lacks(catalog)
	if err == nil && !lack.none() { // the version says more than a column that is missing
		if _, err = t.version(ctx, conn); err == nil {
			err = t.Ensure(ctx, conn, catalog)
		}
	}
	if err != nil {
		return Known{}, err
	}
	sql, err := t.Spell(ctx, "state_read", t.all(), environments, t.columns(answer()), lastRuns)
	if err != nil {
		return Known{}, err
	}
	r := reader{}
	if err := rows(ctx, conn, sql, r.add); err != nil {
		return Known{}, fmt.Errorf("read the state: %w", err)
	}
	if err := t.fits(r.version); err != nil {
		return Known{}, err
	}
	return r.known(), nil
}

// Environments are the names of all environments in which something was done, of which there are tables.
func (t Tables) Environments(ctx context.Context, conn Conn) (out []string, err error) {
	sql, err := t.Spell(ctx, "state_environment_names", t.table("builds"))
	if err != nil {
		return nil, err
	}
	err = rows(ctx, conn, sql, func(row []any) error {
		out = append(out, text(row[0]))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	return out, nil
}

// Details reads what was built, by the keys of code. Those of which nothing is there are left out, and so are, with an error that tells of
// each, those that are not what was written.
func (t Tables) Details(ctx context.Context, conn Conn, keys []fingerprint.Hash) (map[fingerprint.Hash]*Detail, error) {
	out := map[fingerprint.Hash]*Detail{}
	var texts []string
	for _, k := range keys {
		if !k.IsZero() {
			texts = append(texts, k.String())
		}
	}
	var bad error
	for some := range slices.Chunk(texts, maxRows) {
		sql, err := t.Spell(ctx, "state_details", t.table("code"), some)
		if err != nil {
			return nil, err
		}
		err = rows(ctx, conn, sql, func(row []any) error {
			key, text := text(row[0]), text(row[1])
			hash, err := fingerprint.Parse(key)
			if err == nil {
				out[hash], err = parseDetail(hash, text)
			}
			if err != nil {
				delete(out, hash)
				bad = errors.Join(bad, Problem{Table: "code", Err: err})
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read what was built: %w", err)
		}
	}
	return out, bad
}

// reader reads the rows of the query, which come in no order.
type reader struct {
	version   int64
	now       time.Time
	newest    time.Time
	builds    []*event[Build]
	intervals []*event[Interval]
	leases    []Lease
	runs      []*event[Run]
	codes     map[fingerprint.Hash]bool
	problems  []Problem
}

// unnumbered is the number of a row that has none.
const unnumbered = math.MaxInt64

// event is a row of a numbered table. It is bad if err is not nil; what is known of it then is its key.
type event[T any] struct {
	number int64
	value  T
	err    error
}

// The columns of the query.
const (
	whatColumn = iota
	environmentColumn
	nodeColumn
	databaseColumn
	schemaColumn
	relationColumn
	numberColumn
	kindColumn
	hashColumn
	ownColumn
	runColumn
	codeColumn
	noteColumn
	moreColumn
	at1Column
	at2Column
	at3Column
	count1Column
	count2Column
	secondsColumn
	sourcesColumn
	besideColumn
)

func (r *reader) add(row []any) error {
	c := cells{row: row}
	key := keyOf(row)
	number := c.rank()
	switch text(row[whatColumn]) {
	case "meta":
		r.version, r.now, r.newest = c.number(numberColumn), c.time(at1Column), c.optionalTime(at2Column)
		return c.err
	case "build":
		r.addBuild(&c, key, number)
	case "interval":
		v := Interval{
			Key: key, Op: Op(text(row[kindColumn])), Own: c.hash(ownColumn), Run: text(row[runColumn]), At: c.time(at3Column),
		}
		v.Seconds, _ = c.row[secondsColumn].(float64)
		v.From, v.To = c.optionalTime(at1Column), c.optionalTime(at2Column)
		var err error
		if v.Inputs, err = parseInputs(text(row[moreColumn])); err != nil {
			c.fail("%w", err)
		}
		r.intervals = append(r.intervals, &event[Interval]{number, v, errors.Join(c.err, v.check())})
	case "lease":
		l := Lease{
			Key: key, Token: number, Holder: Holder{Run: text(row[runColumn]), By: text(row[noteColumn]), Process: text(row[moreColumn])}, Claim: text(row[kindColumn]),
			Taken: c.optionalTime(at1Column), Until: c.time(at2Column),
		}
		if c.err != nil {
			r.problems = append(r.problems, Problem{"leases", number, key, c.err})
			return nil
		}
		r.leases = append(r.leases, l)
	case "run":
		u := Run{
			ID: text(row[runColumn]), Environment: key.Environment, Command: text(row[moreColumn]), Status: Status(text(row[kindColumn])),
			Began: c.time(at1Column), Ended: c.optionalTime(at2Column), Holder: text(row[noteColumn]), Version: text(row[codeColumn]),
		}
		r.runs = append(r.runs, &event[Run]{number, u, c.err})
	}
	return nil
}

func (r *reader) addBuild(c *cells, key Key, number int64) {
	b := Build{
		Environment: key.Environment, Node: key.Node, Relation: key.Relation, Kind: Kind(text(c.row[kindColumn])),
		Hash: c.hash(hashColumn), Own: c.hash(ownColumn), Code: c.hash(codeColumn), At: c.time(at1Column), Run: text(c.row[runColumn]),
		Rows: c.count(count1Column), Bytes: c.count(count2Column), Note: text(c.row[noteColumn]),
	}
	b.Seconds, _ = c.row[secondsColumn].(float64)
	if at := c.optionalTime(at2Column); !at.IsZero() {
		b.Watermark = &at
	}
	var err error
	if b.Sources, err = named[time.Time](text(c.row[sourcesColumn])); err != nil {
		c.fail("its sources are no times: %v", err)
	}
	if b.Beside, err = named[string](text(c.row[besideColumn])); err != nil {
		c.fail("what is beside it are no texts: %v", err)
	}
	switch b.Kind {
	case Built, Added, Loaded, Promoted, Dropped, Retired, SetAside, Kept, Replacing, RolledBack:
	default:
		c.fail("kind %q is none", b.Kind)
	}
	if b.Node == "" || b.Relation.Name == "" {
		c.fail("it is of no relation")
	}
	if text(c.row[moreColumn]) != "" {
		r.codes = put(r.codes, b.Code)
	}
	r.builds = append(r.builds, &event[Build]{number, b, c.err})
}

func put(set map[fingerprint.Hash]bool, h fingerprint.Hash) map[fingerprint.Hash]bool {
	if set == nil {
		set = map[fingerprint.Hash]bool{}
	}
	set[h] = true
	return set
}

// keyOf is which relation a row is of.
func keyOf(row []any) Key {
	return Key{
		text(row[environmentColumn]), text(row[nodeColumn]),
		relation.Relation{Database: text(row[databaseColumn]), Schema: text(row[schemaColumn]), Name: text(row[relationColumn])},
	}
}

// known puts the rows in order.
func (r *reader) known() Known {
	k := Known{Now: r.now, Newest: r.newest, Leases: r.leases, Problems: r.problems, codes: r.codes}
	r.buildsInto(&k)
	r.claimsInto(&k)
	byNumber(r.runs)
	for _, u := range slices.Backward(r.runs) {
		if u.err != nil {
			k.Problems = append(k.Problems, Problem{Table: "runs", Number: u.number, Err: u.err})
			continue
		}
		k.Runs = append(k.Runs, u.value)
	}
	slices.SortFunc(k.Leases, func(a, b Lease) int { return compareKeys(a.Key, b.Key) })
	slices.SortStableFunc(k.Problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), compareKeys(a.Key, b.Key), cmp.Compare(a.Number, b.Number))
	})
	return k
}

// errTwice is two rows of which each says that it is the last.
var errTwice = errors.New("another row of this relation has the same number")

// buildsInto takes the last rows of each relation. Of one whose last row is bad, or is there twice, nothing is known.
func (r *reader) buildsInto(k *Known) {
	if len(r.builds) == 0 {
		return
	}
	byNumber(r.builds)
	last := make(map[Key]int64, len(r.builds))
	k.Builds, k.History = make(map[Key]Build, len(r.builds)), make(map[Key][]Build, len(r.builds))
	for _, e := range r.builds {
		b, key := e.value, e.value.Key()
		if number, ok := last[key]; ok && number == e.number && e.err == nil {
			e.err = errTwice
		}
		last[key] = e.number
		if e.err != nil {
			delete(k.Builds, key)
			delete(k.History, key)
			k.Problems = append(k.Problems, Problem{"builds", e.number, key, e.err})
			continue
		}
		k.Builds[key], k.History[key] = b, append(k.History[key], b)
	}
}

// byNumber sorts events; those of the same number stay in the order in which they are.
func byNumber[T any](list []*event[T]) {
	slices.SortStableFunc(list, func(a, b *event[T]) int { return cmp.Compare(a.number, b.number) })
}

func compareKeys(a, b Key) int {
	return cmp.Or(strings.Compare(a.Environment, b.Environment), strings.Compare(a.Node, b.Node),
		strings.Compare(a.Relation.Database, b.Relation.Database), strings.Compare(a.Relation.Schema, b.Relation.Schema),
		strings.Compare(a.Relation.Name, b.Relation.Name))
}

// cells reads the cells of a row. err is what is wrong with the first one that is.
type cells struct {
	row []any
	err error
}

func (c *cells) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

func (c *cells) hash(i int) fingerprint.Hash {
	if c.row[i] == nil {
		return fingerprint.Hash{}
	}
	h, err := fingerprint.Parse(text(c.row[i]))
	if err != nil {
		c.fail("%w", err)
	}
	return h
}

// time is a time that must be there.
func (c *cells) time(i int) time.Time {
	if c.row[i] == nil {
		c.fail("it has no time")
	}
	return c.optionalTime(i)
}

func (c *cells) optionalTime(i int) time.Time {
	t, ok := c.row[i].(time.Time)
	if !ok && c.row[i] != nil {
		c.fail("%v is no time", c.row[i])
	}
	if ok {
		t = t.UTC()
	}
	return t
}

// rank is the number of a row of an event. One that has none is taken for the last one, which it may be.
func (c *cells) rank() int64 {
	if c.row[numberColumn] == nil {
		c.fail("it has no number, and so it may be the last one: nothing is known until it is deleted")
		return unnumbered
	}
	return c.number(numberColumn)
}

func (c *cells) number(i int) int64 {
	n := c.count(i)
	if n == nil {
		return 0
	}
	return *n
}

func (c *cells) count(i int) *int64 {
	switch v := c.row[i].(type) {
	case nil:
		return nil
	case int64:
		return &v
	case adapters.Decimal:
		if n, ok := new(big.Int).SetString(string(v), 10); ok && n.IsInt64() {
			whole := n.Int64()
			return &whole
		}
	}
	c.fail("%v is no whole number", c.row[i])
	return nil
}

// text is a text of the warehouse, "" for null.
func text(v any) string {
	s, _ := v.(string)
	return s
}
