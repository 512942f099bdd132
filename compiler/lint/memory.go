package lint

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/relation"
)

// Sum stands for all that an engine's verdict on a text depends on.
type Sum = [16]byte

// Memory is an engine that knows what it said before, and makes no relation before one is needed. A verdict counts as long as nothing has changed that
// it depends on: the text, the engine, and the relations with a name that is a word of the text, whatever it is there. That of a refusal, which may
// suggest other names, depends on all relations.
//
// It is safe for concurrent use once Create has returned.
type Memory struct {
	engine Engine
	salt   [sha256.Size]byte // of what all verdicts depend on
	all    [sha256.Size]byte // of all relations

	tables  []relation.Table
	sums    [][sha256.Size]byte
	named   map[string][]int // places of relations in tables by their folded names
	unnamed []int            // those whose names are no single word

	mu     sync.Mutex
	made   []bool
	left   int // how many are not made
	before map[Sum]string
	now    map[Sum]string
}

// Remembering is an engine with a memory. The salt is what its verdicts depend on besides texts and relations, and before is what Verdicts
// returned another time, or nil.
func Remembering(e Engine, salt string, before map[Sum]string) *Memory {
	return &Memory{engine: e, salt: sha256.Sum256([]byte(salt)), before: before, now: map[Sum]string{}}
}

// Verdicts are all verdicts that were asked for, by what they depend on: "" where a text was accepted. They are to be read by another Memory.
func (m *Memory) Verdicts() map[Sum]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.now)
}

// Create implements Engine. The relations are made when a query is asked about that was not before.
func (m *Memory) Create(ctx context.Context, tables []relation.Table) (bool, error) {
	schemas := make([]relation.Table, 0, 1)
	seen := map[relation.Relation]bool{}
	for _, t := range tables {
		in := relation.Relation{Database: t.Database, Schema: t.Schema}
		if !seen[in] {
			seen[in] = true
			schemas = append(schemas, relation.Table{Relation: in})
		}
	}
	binds, err := m.engine.Create(ctx, schemas)
	if !binds || err != nil {
		return binds, err
	}
	m.tables, m.named = tables, make(map[string][]int, len(tables))
	m.sums, m.made = make([][sha256.Size]byte, len(tables)), make([]bool, len(tables))
	m.left = len(tables)
	all, rest := sha256.New(), sha256.New()
	_, _ = rest.Write(m.salt[:]) // never fails
	for i, t := range tables {
		m.sums[i] = sumOf(t)
		_, _ = all.Write(m.sums[i][:])
		name := strings.ToLower(t.Name)
		if oneWord(name) {
			m.named[name] = append(m.named[name], i)
			continue
		}
		m.unnamed = append(m.unnamed, i)
		_, _ = rest.Write(m.sums[i][:])
	}
	for _, s := range schemas {
		sum := sumOf(s)
		_, _ = rest.Write(sum[:])
	}
	all.Sum(m.all[:0])
	rest.Sum(m.salt[:0])
	return true, nil
}

// sumOf is a sum of all that a query may know of a relation.
func sumOf(t relation.Table) [sha256.Size]byte {
	var b []byte
	add := func(text string) { b = append(binary.AppendUvarint(b, uint64(len(text))), text...) }
	add(t.Database)
	add(t.Schema)
	add(t.Name)
	for _, c := range t.Columns {
		add(c.Name)
		add(c.Type)
	}
	return sha256.Sum256(b)
}

// Parse implements Engine.
func (m *Memory) Parse(sql string) *Refusal {
	sum := m.sum("parse", sql, nil)
	if m.accepted(sum) {
		return nil
	}
	r := m.engine.Parse(sql)
	if r == nil {
		m.keep(sum, "")
	}
	return r
}

// Bind implements Engine.
func (m *Memory) Bind(ctx context.Context, sql string) *Refusal {
	at, all := m.mentioned(sql)
	whole := m.sum("bind all", sql, nil)
	sum := whole
	if !all {
		sum = m.sum("bind", sql, at)
	}
	if m.accepted(sum) {
		return nil
	}
	if r := m.refused(whole); r != nil {
		return r
	}
	r, err := m.ask(ctx, sql, at, all)
	if err != nil {
		return &Refusal{Message: err.Error(), Offset: -1, Undecided: true, Passing: true}
	}
	m.remember(ctx, r, sum, whole)
	return r
}

// remember keeps a verdict that is final.
func (m *Memory) remember(ctx context.Context, r *Refusal, sum, whole Sum) {
	if r == nil {
		m.keep(sum, "")
		return
	}
	if r.Passing || ctx.Err() != nil {
		return
	}
	if text, err := json.Marshal(r); err == nil {
		m.keep(whole, string(text))
	}
}

// ask asks the engine with the relations at those places, and if it refuses with all of them: it may be one that is said otherwise.
func (m *Memory) ask(ctx context.Context, sql string, at []int, all bool) (*Refusal, error) {
	if !all {
		complete, err := m.make(ctx, at)
		if err != nil {
			return nil, err
		}
		if r := m.engine.Bind(ctx, sql); r == nil || complete {
			return r, nil
		}
	}
	if err := m.makeAll(ctx); err != nil {
		return nil, err
	}
	return m.engine.Bind(ctx, sql), nil
}

func (m *Memory) makeAll(ctx context.Context) error {
	at := make([]int, len(m.tables))
	for i := range at {
		at[i] = i
	}
	_, err := m.make(ctx, at)
	return err
}

// make makes relations that are not made yet, and those whose names are no words. It is complete if all have been.
func (m *Memory) make(ctx context.Context, at []int) (complete bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var tables []relation.Table
	for _, list := range [][]int{m.unnamed, at} {
		for _, i := range list {
			if !m.made[i] {
				m.made[i] = true
				m.left--
				tables = append(tables, m.tables[i])
			}
		}
	}
	if len(tables) > 0 {
		_, err = m.engine.Create(ctx, tables)
	}
	return m.left == 0, err
}

// byText matches the functions by which a query names relations in texts, which it may put together.
// https://duckdb.org/docs/stable/guides/sql_features/query_and_query_table_functions
var byText = regexp.MustCompile(`(?i)\bquery(_table)?"?\s*\(`)

// mentioned are the places of the relations that a text may be about, each once; all is true if it may be about any.
func (m *Memory) mentioned(sql string) (at []int, all bool) {
	seen := map[string]bool{}
	for word := range strings.FieldsFuncSeq(sql, notInWord) {
		word = strings.ToLower(word)
		if places := m.named[word]; len(places) > 0 && !seen[word] {
			seen[word] = true
			at = append(at, places...)
		}
	}
	return at, byText.MatchString(sql)
}

// sum is what a verdict on a text depends on: the relations at those places, or all if there are none given.
func (m *Memory) sum(what, sql string, at []int) Sum {
	h := sha256.New()
	_, _ = h.Write(m.salt[:]) // never fails
	_, _ = h.Write(append([]byte(what), 0))
	if what == "bind all" {
		_, _ = h.Write(m.all[:])
	}
	for _, i := range at {
		_, _ = h.Write(m.sums[i][:])
	}
	_, _ = h.Write([]byte(sql))
	return Sum(h.Sum(nil))
}

func (m *Memory) accepted(sum Sum) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, known := m.before[sum]
	if known && text == "" {
		m.now[sum] = ""
	}
	return known && text == ""
}

// refused is how a text was refused, nil if that is not known.
func (m *Memory) refused(whole Sum) *Refusal {
	m.mu.Lock()
	defer m.mu.Unlock()
	text := m.before[whole]
	if text == "" {
		return nil
	}
	r := &Refusal{}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if d.Decode(r) != nil {
		return nil
	}
	m.now[whole] = text
	return r
}

func (m *Memory) keep(sum Sum, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now[sum] = text
}

// notInWord tells whether a character ends a name that needs no quotes.
func notInWord(r rune) bool {
	return r != '_' && r != '$' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r < utf8.RuneSelf
}

func oneWord(name string) bool { return name != "" && strings.IndexFunc(name, notInWord) < 0 }
