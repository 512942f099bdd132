package state_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/trino"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

func TestStateThatIsNotThereIsThatOfAProjectThatNeverRan(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		if diff := cmp.Diff(state.Known{}, p.read(t, "prod"), cmp.AllowUnexported(state.Known{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestLastBuildIsWhatIsRead(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		rows, bytes, reach := int64(5), int64(1<<40), noon(3)
		first, second := built("orders", 9), built("orders", 2) // the clock went backwards
		second.Rows, second.Bytes, second.Watermark, second.Note = &rows, &bytes, &reach, `it's a \ "note"`
		second.Detail = &state.Detail{
			SQL: "select 'it''s' as \"a\\b\"\n", Parts: []fingerprint.Part{fingerprint.Var("x", "y", fingerprint.Part{}.At)},
			Columns: []relation.Column{{Name: "a", Type: "text", Nullable: true, Comment: "ä"}},
		}
		added := built("orders", 3)
		added.Kind = state.Added
		other := built("orders", 4)
		other.Environment = "pr-1"
		must := p.must(t)
		must(p.Record(t.Context(), []state.Build{first, second}))
		must(p.Record(t.Context(), []state.Build{added, other}))

		k := p.read(t, "prod")
		code, err := second.Detail.Key()
		if err != nil {
			t.Fatal(err)
		}
		detail := second.Detail
		second.Code, second.Detail = code, nil
		want := map[state.Key][]state.Build{first.Key(): {second, added}}
		if diff := cmp.Diff(want, k.History); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[state.Key]state.Build{first.Key(): added}, k.Builds); diff != "" {
			t.Errorf("builds (-want +got):\n%s", diff)
		}
		if b, ok := k.Last(first.Key(), state.Built); !ok || b.Rows == nil || *b.Rows != rows {
			t.Errorf("it was built last as %v", b)
		}
		if _, ok := k.Last(first.Key(), state.Dropped); ok {
			t.Error("it was dropped")
		}
		if !k.Has(code) || k.Has(fingerprint.Of("other")) {
			t.Error("it is not known whose details are there")
		}
		details, err := p.Details(t.Context(), p.conn, []fingerprint.Hash{code, fingerprint.Of("other")})
		if diff := cmp.Diff(map[fingerprint.Hash]*state.Detail{code: detail}, details); diff != "" || err != nil {
			t.Errorf("details (-want +got), %v:\n%s", err, diff)
		}
	})
}

func TestEnsureSendsNothingWhereEverythingIsThere(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t).ensure(t)
		seen, err := p.conn.Inspect(t.Context(), p.Schema)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Ensure(t.Context(), silent{t}, seen); err != nil {
			t.Error(err)
		}
		if n := p.value(t, "select count(*) from mod.meta"); n != int64(1) {
			t.Errorf("there are %v versions", n)
		}
	})
}

// silent is a session on which nothing may be said.
type silent struct{ t *testing.T }

func (s silent) Exec(_ context.Context, sql string) (adapters.Stats, error) {
	s.t.Errorf("it runs %s", sql)
	return adapters.Stats{}, nil
}

func (s silent) Query(_ context.Context, sql string) (*adapters.Rows, error) {
	s.t.Errorf("it asks %s", sql)
	return nil, errors.New("silence")
}

func (s silent) Inspect(context.Context, ...relation.Relation) (*relation.Catalog, error) {
	s.t.Error("it inspects")
	return nil, errors.New("silence")
}

func TestSessionsMakeTheTablesAtOnce(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		const sessions = 8
		failed := make(chan error, sessions)
		for range sessions {
			conn := p.connect(t)
			go func() { failed <- p.Ensure(t.Context(), conn, nil) }()
		}
		for range sessions {
			if err := <-failed; err != nil && adapters.KindOf(err) != adapters.Transient {
				t.Error(err)
			}
		}
		p.ensure(t)
		if n := p.value(t, "select count(*) from mod.meta"); n != int64(1) {
			t.Errorf("there are %v versions", n)
		}
	})
}

func TestTablesOfAnOlderVersionGetWhatTheyLack(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		b := built("orders", 1)
		p.must(t)(p.Record(t.Context(), []state.Build{b}))
		p.exec(t, "alter table mod.builds drop column byte_count", "alter table mod.builds drop column note", "drop table mod.runs", "update mod.meta set version = 0")
		if diff := cmp.Diff(map[state.Key]state.Build{b.Key(): b}, p.read(t, "prod").Builds); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if v := p.value(t, "select max(version) from mod.meta"); v != int64(state.Version) {
			t.Errorf("the version is %v", v)
		}
	})
}

func TestStateOfANewerVersionIsRefused(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		p.exec(t, "insert into mod.meta (version) values (1), (7)")
		_, err := p.Read(t.Context(), p.conn, nil, "prod")
		const want = "the state is of a newer mod: its tables in mod have version 7, and this mod knows those up to 2"
		if !errors.Is(err, state.ErrNewer) || !strings.Contains(err.Error(), want) {
			t.Errorf("it is read: %v", err)
		}
		p.exec(t, "alter table mod.builds drop column note")
		if err := p.Ensure(t.Context(), p.conn, nil); !errors.Is(err, state.ErrNewer) {
			t.Errorf("it is changed: %v", err)
		}
	})
}

func TestTableOfSomebodyElseIsLeftAlone(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.exec(t, "create schema mod", "create table mod.runs (id integer)")
		if err := p.Ensure(t.Context(), p.conn, nil); !errors.Is(err, state.ErrForeign) {
			t.Errorf("got %v", err)
		}
	})
}

// forestalled is a session of a warehouse without transactions for tables, where another session makes each table just before this one does.
type forestalled struct {
	made    *relation.Catalog
	pending []string // tables that the other session has yet to make
	sent    []string
}

func (r *forestalled) Inspect(context.Context, ...relation.Relation) (*relation.Catalog, error) {
	return r.made, nil
}

func (r *forestalled) Query(context.Context, string) (*adapters.Rows, error) {
	return nil, errors.New("nothing is asked")
}

// Exec runs statements one after the other until one fails.
func (r *forestalled) Exec(_ context.Context, text string) (adapters.Stats, error) {
	for _, s := range strings.Split(text, ";\n") {
		name, is := strings.CutPrefix(s, "create table if not exists ")
		name, _, _ = strings.Cut(name, " ")
		parts := strings.Split(strings.ReplaceAll(name, `"`, ""), ".")
		table := &relation.Table{Relation: relation.Relation{Database: "lake", Schema: "mod", Name: parts[len(parts)-1]}, Kind: relation.BaseTable}
		if at := slices.Index(r.pending, table.Name); is && at >= 0 {
			r.pending = slices.Delete(r.pending, at, at+1)
			r.made.Put(table)
			return adapters.Stats{}, fmt.Errorf("table %s already exists", name)
		}
		if is {
			r.made.Put(table)
		}
		r.sent = append(r.sent, s)
	}
	return adapters.Stats{}, nil
}

func TestTablesThatAnotherSessionMakesAtOnceAreNoFailure(t *testing.T) {
	t.Parallel()
	s := tables(t, trino.Driver.Dialect, "lake")
	r := &forestalled{made: relation.NewCatalog(), pending: []string{"meta", "runs"}}
	if err := s.Ensure(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if !s.Exist(r.made) || len(r.pending) > 0 {
		t.Errorf("not all tables are there; the other session still wants to make %v", r.pending)
	}
	if last := r.sent[len(r.sent)-1]; !strings.HasPrefix(last, "insert into") {
		t.Errorf("the version is not noted: the last statement was %s", last)
	}
}

func TestTablesThatCannotBeMadeAreTriedOnce(t *testing.T) {
	t.Parallel()
	s := tables(t, trino.Driver.Dialect, "lake")
	refusing := &refusal{forestalled: forestalled{made: relation.NewCatalog()}}
	if err := s.Ensure(t.Context(), refusing, nil); !errors.Is(err, errRefused) || refusing.times != 1 {
		t.Errorf("tried %d times: %v", refusing.times, err)
	}
}

// refusal is a session that may make nothing.
type refusal struct {
	forestalled
	times int
}

var errRefused = errors.New("access denied")

func (r *refusal) Exec(context.Context, string) (adapters.Stats, error) {
	r.times++
	return adapters.Stats{}, errRefused
}

// busy is a session whose statements fail a few times because another session writes into the same table.
type busy struct {
	forestalled
	times int
	as    adapters.ErrorKind
}

func (b *busy) Exec(context.Context, string) (adapters.Stats, error) {
	if b.times == 0 {
		return adapters.Stats{}, nil
	}
	b.times--
	return adapters.Stats{}, &adapters.Error{Kind: b.as, Message: "conflicting files", Position: -1}
}

func TestWhatAnotherSessionDisturbsIsDoneAgain(t *testing.T) {
	t.Parallel()
	s := tables(t, trino.Driver.Dialect, "lake")
	leases := state.Leases{Tables: s}
	for name, do := range map[string]func(conn state.Conn) error{
		"release": func(conn state.Conn) error {
			return leases.Release(t.Context(), conn, []state.Lease{{Claim: "c", Key: state.Key{Node: "model.shop.orders"}}})
		},
		"compact": func(conn state.Conn) error { return s.Compact(t.Context(), conn, state.Surplus{Events: 1}) },
	} {
		conn := &busy{times: 3, as: adapters.Transient}
		if err := do(conn); err != nil || conn.times != 0 {
			t.Errorf("%s: given up with %d failures to come: %v", name, conn.times, err)
		}
		refused := &busy{times: 3, as: adapters.Failed}
		if err := do(refused); err == nil || refused.times != 2 {
			t.Errorf("%s: tried again what is refused: %v", name, err)
		}
	}
}
