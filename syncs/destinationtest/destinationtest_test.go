package destinationtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// store is the simplest destination there is: records in memory.
type store struct {
	mu      sync.Mutex
	records map[string]map[string]any
	batches map[string][]syncs.Span
}

func (s *store) Check(ctx context.Context, t *syncs.Target) error {
	if ctx.Err() == nil && t.Object == "nothing" {
		return &syncs.Error{Class: syncs.Missing, Message: "there is no nothing"}
	}
	return context.Cause(ctx)
}

func (s *store) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.Check(ctx, b.Target); err != nil {
		return nil, err
	}
	out := make([]error, len(b.Rows))
	if slices.Contains(s.batches[b.Sync+b.Run], b.Span()) {
		return out, nil
	}
	for i := range b.Rows {
		if b.Op != syncs.Delete && b.Rows[i].Fields(b.Target)["name"] == "refuse me" {
			return nil, &syncs.Error{Class: syncs.Rejected, Message: "no"}
		}
	}
	for i := range b.Rows {
		s.put(b, &b.Rows[i])
	}
	s.batches[b.Sync+b.Run] = append(s.batches[b.Sync+b.Run], b.Span())
	return out, nil
}

func (s *store) put(b *syncs.Batch, r *syncs.Row) {
	key := fmt.Sprintf("%#v", r.Key(b.Target))
	if b.Mode == syncs.AppendMode {
		key = fmt.Sprint(len(s.records))
	}
	old := s.records[key]
	switch {
	case b.Op == syncs.Delete:
		delete(s.records, key)
	case b.Mode == syncs.InsertMode && old != nil, b.Mode == syncs.UpdateMode && old == nil, b.Op == syncs.Clear && old == nil:
	case b.Op == syncs.Archive && old != nil:
		old["archived"] = true
	case b.Op != syncs.Archive:
		s.records[key] = r.Fields(b.Target)
	}
}

func (s *store) Committed(_ context.Context, t *syncs.Target, run string) ([]syncs.Span, error) {
	return s.batches[t.Sync+run], nil
}

func (s *store) Forget(_ context.Context, t *syncs.Target, but string) error {
	kept := s.batches[t.Sync+but]
	s.batches = map[string][]syncs.Span{t.Sync + but: kept}
	return nil
}

func (s *store) Read(_ context.Context, t *syncs.Target) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		if t.Object == "nothing" {
			yield(nil, &syncs.Error{Class: syncs.Missing, Message: "there is no nothing"})
			return
		}
		for _, record := range s.records {
			values := make([]any, len(t.Fields))
			for i, f := range t.Fields {
				values[i] = record[f.Name]
			}
			if !yield(values, nil) {
				return
			}
		}
	}
}

func (*store) Render(b *syncs.Batch) ([]string, error) {
	return []string{fmt.Sprint(b.Op, len(b.Rows))}, nil
}

func (*store) Close() error { return nil }

func TestTheSimplestDestinationIsOne(t *testing.T) {
	t.Parallel()
	kind := syncs.Kind{
		Name: "store", Doc: "Records in memory.", Modes: syncs.Modes(), Removals: []syncs.Op{syncs.Delete, syncs.Clear, syncs.Archive},
		Settings:  []syncs.Setting{{Name: "store", Doc: "where the records are"}},
		Guarantee: func(syncs.Config, syncs.Mode) syncs.Guarantee { return syncs.EffectivelyOnce },
		Open:      func(_ context.Context, c syncs.Config) (syncs.Destination, error) { return c["store"].(*store), nil },
	}
	destinationtest.Run(t, &destinationtest.Suite{
		Kind: kind, MissingObject: "nothing", Loose: true, Refused: map[string]any{"name": "refuse me"},
		Place: func(*testing.T, []syncs.Field, []string) destinationtest.Place {
			s := &store{records: map[string]map[string]any{}, batches: map[string][]syncs.Span{}}
			return destinationtest.Place{
				Config: syncs.Config{"type": "store", "store": s},
				Rows:   func(*testing.T) []map[string]any { return slices.Collect(maps.Values(s.records)) },
			}
		},
		Archived: func(record map[string]any) bool { return record["archived"] == true },
	})
}

func TestEqualValuesAreSpelledAlike(t *testing.T) {
	t.Parallel()
	for _, same := range [][]any{
		{int64(12), 12.0, syncs.Number("12.00"), json.Number("12"), int32(12)},
		{[]any{int64(1), nil}, []any{1.0, nil}},
		{map[string]any{"a": int64(1), "b": true}, map[string]any{"b": true, "a": 1.0}},
	} {
		for _, v := range same[1:] {
			if destinationtest.Spell(same[0]) != destinationtest.Spell(v) {
				t.Errorf("%#v is %s, %#v is %s", same[0], destinationtest.Spell(same[0]), v, destinationtest.Spell(v))
			}
		}
	}
	if destinationtest.Spell("1") == destinationtest.Spell(int64(1)) || destinationtest.Spell(nil) == destinationtest.Spell("nil") {
		t.Error("a text is not what it says")
	}
}

// echo is a server that sends back what it gets.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	return l.Addr().String()
}

// ask sends text to an echo server and returns what comes back until the connection ends.
func ask(t *testing.T, address, text string) (string, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(text)); err != nil {
		return "", err
	}
	c.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(c)
	return string(answer), err
}

func TestProxyDoesWhatNetworksDo(t *testing.T) {
	t.Parallel()
	p := destinationtest.NewProxy(t, echo(t))
	want := func(text, answer string, ends bool) {
		t.Helper()
		if got, err := ask(t, p.Address(), text); got != answer || (err != nil) != ends {
			t.Errorf("the answer is %q, %v; want %q, and an end before its time: %t", got, err, answer, ends)
		}
	}
	want("hello", "hello", false)
	p.Trickle(1)
	want("hello", "hello", false)
	p.Cut(3, 0)
	want("hello", "", true)
	want("hello", "hello", false)
	p.Refuse()
	want("hello", "", true)
	p.Go()
	p.Stall()
	go func() {
		p.Stalled(t.Context())
		p.Go()
	}()
	want("hello", "hello", false)
}

func TestFaultyServerHasTroubleWithSomeRequests(t *testing.T) {
	t.Parallel()
	f := &destinationtest.Faulty{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Write(append([]byte("got "), body...))
	})}
	s := httptest.NewServer(f)
	defer s.Close()
	f.Next(destinationtest.TooMany(7), destinationtest.Fault{Cut: 3}, destinationtest.Fault{Cut: -1}, destinationtest.Fault{Status: 500, Body: "oh"})
	var got []string
	for range 5 {
		r, err := s.Client().Post(s.URL, "text/plain", bytes.NewReader([]byte("it")))
		if err != nil {
			got = append(got, "nothing")
			continue
		}
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		got = append(got, fmt.Sprint(r.StatusCode, r.Header.Get("Retry-After"), string(body), err != nil))
	}
	want := []string{`4297{"error": "too many requests"}false`, "200gottrue", "nothing", "500ohfalse", "200got itfalse"}
	if !slices.Equal(got, want) || f.Requests() != 5 {
		t.Errorf("%d answers %q, want %q", f.Requests(), got, want)
	}
}
