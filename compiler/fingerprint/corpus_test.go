package fingerprint_test

import (
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
)

// sample is a query of the repository's tests.
type sample struct {
	dialect *dialect.Dialect
	text    string
}

var template = regexp.MustCompile(`\{\{\s*(?:ref|source)\((?:'[^']*',\s*)?['"](\w+)['"]\)\s*\}\}`)

// corpus is every query of the repository's tests that is understood: those of the packages sql and lineage, and the models of scripts with names
// in place of refs.
func corpus(t testing.TB) []sample {
	t.Helper()
	var out []sample
	for _, pattern := range []string{"../sql/testdata/*.txtar", "../lineage/testdata/*.txtar", "../../tests/testdata/script/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d := dialect.DuckDB
			for _, other := range dialects {
				if strings.HasPrefix(filepath.Base(file), other.Name+"_") {
					d = other
				}
			}
			for _, f := range archive.Files {
				text := template.ReplaceAllString(string(f.Data), "$1")
				if parsed := sql.Parse(text, d); !strings.Contains(text, "{") && parsed.Query() != nil && len(parsed.Problems) == 0 {
					out = append(out, sample{d, text})
				}
			}
		}
	}
	return out
}

// TestOtherLooksDoNotCount writes each query of the corpus with other white space, comments and letter case.
func TestOtherLooksDoNotCount(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	samples := corpus(t)
	for _, s := range samples {
		want := textOf(s.dialect, s.text)
		meaning := read(s.dialect, s.text, shop)
		for range 5 {
			other := dressed(r, s)
			if textOf(s.dialect, other) != want {
				t.Errorf("%s:\n%s\nis not\n%s", s.dialect.Name, s.text, other)
			}
			if change := read(s.dialect, other, shop).Since(meaning); change.Class != fingerprint.Unchanged {
				t.Errorf("%s:\n%s\nis %s in\n%s", s.dialect.Name, s.text, short(change), other)
			}
		}
		if f := sql.Parse(s.text, s.dialect); s.dialect.Names.Unnamed != dialect.NamedAsWritten {
			if printed := sql.Print(f.Query(), s.dialect); textOf(s.dialect, printed) != want {
				t.Errorf("%s:\n%s\nis not\n%s", s.dialect.Name, s.text, printed)
			}
		}
	}
	if len(samples) < 300 {
		t.Errorf("there are only %d queries", len(samples))
	}
	t.Logf("%d queries", len(samples))
}

// dressed is a query with other white space, comments and letter case. Where columns are named as they are written it keeps the white space that
// there is.
func dressed(r *rand.Rand, s sample) string {
	between := []string{" ", "\n", "\t \n", " /* a comment */ ", "\n-- a comment\n"}
	var b strings.Builder
	end := int32(0)
	for _, k := range sql.Tokens(s.text, s.dialect) {
		gap := s.text[end:k.Start]
		text := s.text[k.Start:k.End]
		end = k.End
		switch {
		case k.Kind == sql.CommentToken:
			text = "\n"
			if s.dialect.Names.Unnamed == dialect.NamedAsWritten {
				text = s.text[k.Start:k.End]
			}
		case gap != "" && k.Kind != sql.StringToken && s.dialect.Names.Unnamed != dialect.NamedAsWritten: // strings on lines of their own are one
			gap = strings.Repeat(between[r.IntN(len(between))], 1+r.IntN(2))
		}
		b.WriteString(gap)
		if (k.Kind == sql.NameToken || k.Kind == sql.KeywordToken) && !spelled.MatchString(s.text) {
			text = strings.Map(func(c rune) rune {
				if c < unicode.MaxASCII && r.IntN(2) == 0 {
					return unicode.ToUpper(c)
				}
				return c
			}, text)
		}
		b.WriteString(text)
	}
	return b.String()
}

// spelled finds what is kept as it is written, since only the warehouse knows what it means.
var spelled = regexp.MustCompile(`(?i)operator\(`)

// edit changes something in a tree that a user would notice; it is nil if there is nothing of that sort.
type edit struct {
	name string
	find func(n sql.Node) func()
}

var edits = []edit{
	{"a literal", func(n sql.Node) func() {
		l, ok := n.(*sql.Literal)
		if !ok || l.Kind != sql.Number && l.Kind != sql.String {
			return nil
		}
		return func() { l.Value += "7" }
	}},
	{"a column's name", func(n sql.Node) func() {
		c, ok := n.(*sql.Column)
		if !ok {
			return nil
		}
		return func() { c.Parts[len(c.Parts)-1].Name += "_zz" }
	}},
	{"an alias", func(n sql.Node) func() {
		i, ok := n.(*sql.SelectItem)
		if !ok || !i.Alias.Given() {
			return nil
		}
		return func() { i.Alias.Name += "_zz" }
	}},
	{"a column less", func(n sql.Node) func() {
		s, ok := n.(*sql.Select)
		if !ok || len(s.Items) < 2 {
			return nil
		}
		return func() { s.Items = s.Items[1:] }
	}},
	{"a column more", func(n sql.Node) func() {
		s, ok := n.(*sql.Select)
		if !ok || len(s.Items) == 0 {
			return nil
		}
		return func() { s.Items = append(slices.Clone(s.Items), s.Items[0]) }
	}},
	{"distinct", func(n sql.Node) func() {
		s, ok := n.(*sql.Select)
		if !ok || s.Distinct != nil {
			return nil
		}
		return func() { s.Distinct = &sql.Distinct{} }
	}},
	{"no condition", func(n sql.Node) func() {
		s, ok := n.(*sql.Select)
		if !ok || s.Where == nil {
			return nil
		}
		return func() { s.Where = nil }
	}},
	{"a condition more", func(n sql.Node) func() {
		s, ok := n.(*sql.Select)
		if !ok || s.Where == nil {
			return nil
		}
		zz := &sql.Column{Parts: []sql.Ident{{Name: "zz"}}}
		return func() { s.Where = &sql.Binary{Op: sql.OpAnd, X: zz, Y: s.Where} }
	}},
	{"a kind of join", func(n sql.Node) func() {
		j, ok := n.(*sql.Join)
		if !ok || j.Kind != sql.LeftOuter && j.Kind != sql.RightOuter {
			return nil
		}
		return func() { j.Kind = sql.LeftOuter + sql.RightOuter - j.Kind }
	}},
	{"an operator", func(n sql.Node) func() {
		b, ok := n.(*sql.Binary)
		if !ok || b.Op == sql.OpLt {
			return nil
		}
		return func() { b.Op = sql.OpLt }
	}},
	{"all", func(n sql.Node) func() {
		s, ok := n.(*sql.SetOp)
		if !ok {
			return nil
		}
		return func() { s.All = !s.All }
	}},
	{"a direction", func(n sql.Node) func() {
		o, ok := n.(*sql.OrderItem)
		if !ok {
			return nil
		}
		return func() { o.Direction = (o.Direction + 1) % 3 }
	}},
	{"a limit", func(n sql.Node) func() {
		q, ok := n.(*sql.Query)
		if !ok {
			return nil
		}
		return func() { q.Limit = &sql.Limit{Count: &sql.Literal{Kind: sql.Number, Value: "77"}} }
	}},
	{"a table", func(n sql.Node) func() {
		x, ok := n.(*sql.TableName)
		if !ok {
			return nil
		}
		return func() { x.Name[len(x.Name)-1].Name += "_zz" }
	}},
	{"a function", func(n sql.Node) func() {
		x, ok := n.(*sql.Call)
		if !ok || len(x.Name) == 0 {
			return nil
		}
		return func() { x.Name[len(x.Name)-1].Name += "_zz" }
	}},
	{"a type", func(n sql.Node) func() {
		x, ok := n.(*sql.Cast)
		if !ok {
			return nil
		}
		return func() { x.Type = &sql.Type{Name: []sql.Ident{{Name: "zz"}}} }
	}},
}

// TestEveryEditCounts makes each edit at each place of each query of the corpus, by itself.
func TestEveryEditCounts(t *testing.T) {
	t.Parallel()
	done, classes := map[string]int{}, map[string]int{}
	for _, s := range corpus(t) {
		if unread(s) {
			continue
		}
		want := textOf(s.dialect, s.text)
		for _, e := range edits {
			for place := 0; ; place++ {
				file := sql.Parse(s.text, s.dialect) // since an edit changes the tree
				n := -1
				var change func()
				sql.Walk(file.Query(), func(node sql.Node) bool {
					if c := e.find(node); c != nil {
						if n++; n == place {
							change = c
						}
					}
					return true
				})
				if change == nil {
					break
				}
				before := sql.Print(file.Query(), s.dialect)
				change()
				after := sql.Print(file.Query(), s.dialect)
				if before == after {
					continue
				}
				done[e.name]++
				if fingerprint.Text(file, nodes) == want {
					t.Errorf("%s, %s: nothing tells\n%s\nfrom\n%s", s.dialect.Name, e.name, before, after)
				}
				classes[read(s.dialect, after, shop).Since(read(s.dialect, before, shop)).Class.String()]++
			}
		}
	}
	for _, e := range edits {
		if done[e.name] < 5 {
			t.Errorf("%s: only %d times", e.name, done[e.name])
		}
	}
	// Unchanged are columns of CTEs that nothing uses.
	if n := classes["unchanged"]; n == 0 || n > 40 {
		t.Errorf("%d edits change nothing", n)
	}
	t.Log(done, classes)
}

// unread tells whether a query has CTEs that nothing reads, in which an edit changes nothing.
func unread(s sample) bool {
	q := lineage.Resolve(sql.Parse(s.text, s.dialect).Query(), lineage.Options{Dialect: s.dialect, Text: s.text})
	return slices.ContainsFunc(q.CTEs, func(c lineage.CTE) bool { return c.Reads == 0 })
}

// understood tells whether the parser knows every part of a query. Of a query with a part that it does not know the tokens count, also those that
// a printed query spells otherwise.
func understood(q *sql.Query) bool {
	if q == nil {
		return false
	}
	known := true
	sql.Walk(q, func(n sql.Node) bool {
		if _, opaque := n.(*sql.Opaque); opaque {
			known = false
		}
		return known
	})
	return known
}

func FuzzText(f *testing.F) {
	for _, s := range corpus(f) {
		f.Add(s.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range dialects {
			h := textOf(d, text)
			if h != textOf(d, text) {
				t.Errorf("%s: %q has two fingerprints", d.Name, text)
			}
			if m := read(d, text, shop); m.Since(read(d, text, shop)).Class != fingerprint.Unchanged {
				t.Errorf("%s: %q is not itself", d.Name, text)
			}
			file := sql.Parse(text, d)
			if q := file.Query(); understood(q) && len(file.Problems) == 0 && d.Names.Unnamed != dialect.NamedAsWritten {
				if printed := sql.Print(q, d); len(sql.Parse(printed, d).Problems) == 0 && textOf(d, printed) != h {
					t.Errorf("%s: %q is not %q", d.Name, text, printed)
				}
			}
		}
	})
}
