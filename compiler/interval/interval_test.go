package interval_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/jinja"
)

// at reads a time.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	out, ok := compiler.EventTime(text)
	if !ok {
		t.Fatalf("%q is no time", text)
	}
	return out
}

func between(t testing.TB, from, to string) interval.Range {
	t.Helper()
	r, err := interval.New(at(t, from), at(t, to))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// origin and minutes are the small world of the naive model: a set of times is a slice that has an element per minute.
var origin = time.Date(2024, 2, 28, 22, 0, 0, 0, time.UTC)

const minutes = 300

func minute(n int) time.Time { return origin.Add(time.Duration(n) * time.Minute) }

func ranges(t *rapid.T, label string) []interval.Range {
	var out []interval.Range
	for range rapid.IntRange(0, 8).Draw(t, label) {
		from := rapid.IntRange(0, minutes).Draw(t, "from")
		out = append(out, interval.Range{From: minute(from), To: minute(min(minutes, from+rapid.IntRange(0, 40).Draw(t, "length")))})
	}
	return out
}

func naive(list []interval.Range) [minutes]bool {
	var out [minutes]bool
	for i := range out {
		out[i] = slices.ContainsFunc(list, func(r interval.Range) bool { return r.Contains(minute(i)) })
	}
	return out
}

// checkNormal fails if a set is not in its normal form.
func checkNormal(t *rapid.T, s interval.Set) {
	for i, r := range s {
		if r.Empty() {
			t.Fatalf("%v has an empty range", s)
		}
		if i > 0 && !s[i-1].To.Before(r.From) {
			t.Fatalf("%v has ranges that touch or are out of order", s)
		}
	}
}

func TestSetsAreWhatSetsOfMinutesAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		as, bs := ranges(t, "a"), ranges(t, "b")
		a, b := interval.Of(as...), interval.Of(bs...)
		inA, inB := naive(as), naive(bs)
		for _, c := range []struct {
			name string
			set  interval.Set
			want func(a, b bool) bool
		}{
			{"of", a, func(a, _ bool) bool { return a }},
			{"union", a.Union(b), func(a, b bool) bool { return a || b }},
			{"intersect", a.Intersect(b), func(a, b bool) bool { return a && b }},
			{"minus", a.Minus(b), func(a, b bool) bool { return a && !b }},
		} {
			checkNormal(t, c.set)
			long := 0
			for i := range minutes {
				want := c.want(inA[i], inB[i])
				if want {
					long++
				}
				if got := c.set.Contains(minute(i)); got != want {
					t.Fatalf("%s of %v and %v: minute %d is %v", c.name, as, bs, i, got)
				}
			}
			if got := int(c.set.Duration() / time.Minute); got != long {
				t.Fatalf("%s lasts %d minutes, want %d", c.name, got, long)
			}
		}
		if !cmp.Equal(a, interval.Of(as...)) || !cmp.Equal(b, interval.Of(bs...)) {
			t.Fatalf("an operation changed what it was called on")
		}
		if got, want := a.Covers(interval.Range{From: minute(10), To: minute(20)}), !slices.Contains(inA[10:20], false); got != want {
			t.Fatalf("%v covers is %v", a, got)
		}
	})
}

func sizes(t testing.TB) []interval.Size {
	t.Helper()
	var out []interval.Size
	for _, text := range []string{
		"5 minutes", "7 minutes", "15 minutes", "hour", "5 hours", "day", "3 days", "week", "2 weeks", "month", "5 months", "quarter", "2 quarters", "year",
	} {
		s, err := interval.ParseSize(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.String() != text {
			t.Errorf("%q is written as %q", text, s)
		}
		out = append(out, s)
	}
	return out
}

// TestBatchesFollowOneAnother holds what makes sizes a grid: each time is in one batch, and moving goes from one to the next.
func TestBatchesFollowOneAnother(t *testing.T) {
	t.Parallel()
	all := sizes(t)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom(all).Draw(t, "size")
		x := time.Unix(rapid.Int64Range(-80*365*86400, 130*365*86400).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		floor, next := size.Floor(x), size.Move(x, 1)
		if floor.After(x) || !x.Before(next) {
			t.Fatalf("%s is not in %s – %s", x.UTC(), floor, next)
		}
		if !size.Floor(floor).Equal(floor) || !size.Ceil(floor).Equal(floor) || !size.Move(next, -1).Equal(floor) {
			t.Fatalf("%s does not begin a batch of %s", floor, size)
		}
		if !size.Floor(next.Add(-1)).Equal(floor) {
			t.Fatalf("there is something between the batches %s and %s", floor, next)
		}
		n := rapid.IntRange(-1000, 1000).Draw(t, "n")
		if got := size.Move(size.Move(x, n), -n); !got.Equal(floor) {
			t.Fatalf("%d batches there and back lead to %s, not %s", n, got, floor)
		}
	})
}

func TestBatchesBeginWhereCalendarsSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ size, time, floor, ceil string }{
		{"5 minutes", "2024-02-29 23:57:31", "2024-02-29 23:55:00", "2024-03-01"},
		{"hour", "1969-12-31 23:30:00", "1969-12-31 23:00:00", "1970-01-01"},
		{"day", "2024-03-31 02:30:00", "2024-03-31", "2024-04-01"},
		{"week", "2024-03-03 12:00:00", "2024-02-26", "2024-03-04"}, // a Sunday
		{"week", "1969-12-31", "1969-12-29", "1970-01-05"},
		{"month", "2024-02-29", "2024-02-01", "2024-03-01"},
		{"quarter", "2023-12-31 23:59:59", "2023-10-01", "2024-01-01"},
		{"3 months", "2023-12-31 23:59:59", "2023-10-01", "2024-01-01"},
		{"year", "1900-02-28", "1900-01-01", "1901-01-01"},
		{"12 months", "2024-01-01", "2024-01-01", "2024-01-01"},
	} {
		size, err := interval.ParseSize(c.size)
		if err != nil {
			t.Fatal(err)
		}
		got := []time.Time{size.Floor(at(t, c.time)), size.Ceil(at(t, c.time))}
		if diff := cmp.Diff([]time.Time{at(t, c.floor), at(t, c.ceil)}, got); diff != "" {
			t.Errorf("%s, %s: %s", c.size, c.time, diff)
		}
	}
}

// TestPlanIsWhatCountingBatchesGives compares a plan with one that looks at every batch by itself.
func TestPlanIsWhatCountingBatchesGives(t *testing.T) {
	t.Parallel()
	all := sizes(t)[:5]
	rapid.Check(t, func(t *rapid.T) {
		r := interval.Request{
			Begin:    minute(rapid.IntRange(0, 60).Draw(t, "begin")),
			End:      minute(rapid.IntRange(60, minutes).Draw(t, "end")),
			Size:     rapid.SampledFrom(all).Draw(t, "size"),
			Loaded:   interval.Of(ranges(t, "loaded")...),
			Lookback: rapid.IntRange(0, 4).Draw(t, "lookback"),
			Partial:  rapid.Bool().Draw(t, "partial"),
		}
		got, err := interval.Plan(r)
		if err != nil {
			t.Fatal(err)
		}
		checkNormal(t, got)
		var batches []interval.Range
		for from := r.Size.Floor(r.Begin); from.Before(r.End); from = r.Size.Move(from, 1) {
			to := r.Size.Move(from, 1)
			if r.Partial || !to.After(r.End) {
				batches = append(batches, interval.Range{From: from, To: to})
			}
		}
		var want []interval.Range
		for i := range batches {
			for _, b := range batches[i:min(len(batches), i+r.Lookback+1)] {
				if readable := b.Intersect(interval.Range{From: b.From, To: r.End}); !r.Loaded.Covers(readable) {
					want = append(want, batches[i])
					break
				}
			}
		}
		if diff := cmp.Diff(interval.Of(want...), got); diff != "" {
			t.Fatal(diff)
		}
		if r.Size.Count(got) != len(want) {
			t.Fatalf("counted %d batches, want %d", r.Size.Count(got), len(want))
		}
		n := rapid.IntRange(1, 5).Draw(t, "n")
		cut := slices.Collect(interval.Batches(got, r.Size, n))
		if diff := cmp.Diff(got, interval.Of(cut...)); diff != "" {
			t.Fatalf("the batches are not the set: %s", diff)
		}
		for _, b := range cut {
			if count := r.Size.Count(interval.Of(b)); count < 1 || count > n {
				t.Fatalf("%s has %d batches, want at most %d", b, count, n)
			}
		}
	})
}

// TestAPlanAfterALoadIsEmpty loads what was planned until the end of what there is to read.
func TestAPlanAfterALoadIsEmpty(t *testing.T) {
	t.Parallel()
	all := sizes(t)[:5]
	rapid.Check(t, func(t *rapid.T) {
		r := interval.Request{
			Begin: minute(rapid.IntRange(0, 60).Draw(t, "begin")), End: minute(rapid.IntRange(60, minutes).Draw(t, "end")),
			Size: rapid.SampledFrom(all).Draw(t, "size"), Loaded: interval.Of(ranges(t, "loaded")...), Partial: rapid.Bool().Draw(t, "partial"),
		}
		planned, err := interval.Plan(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Loaded = r.Loaded.Union(planned.Intersect(interval.Of(interval.Range{From: time.Unix(0, 0), To: r.End})))
		if again, err := interval.Plan(r); err != nil || len(again) > 0 {
			t.Fatalf("after %v, %v is to be loaded still (%v)", planned, again, err)
		}
	})
}

// TestMicrobatchesAgree compares plans with the batches that the compiler makes in dbt's way.
func TestMicrobatchesAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"5 minutes", "hour", "day", "week", "month", "quarter", "year"}).Draw(t, "size")
		size, err := interval.ParseSize(text)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		now := begin.Add(time.Duration(rapid.Int64Range(1, 1000*24*3600).Draw(t, "now")) * time.Second)
		adding, back := rapid.Bool().Draw(t, "adding"), rapid.IntRange(0, 3).Draw(t, "lookback")
		if size.Move(now, -back-1).Before(begin) {
			t.Skip("dbt looks back beyond the beginning")
		}
		node := &compiler.Node{Config: &compiler.Config{Values: jinja.DictOf("batch_size", text, "lookback", back, "begin", "2020-01-01")}}
		var want []interval.Range
		for _, b := range (&compiler.Graph{}).Batches(node, compiler.Window{}, now, adding) {
			want = append(want, interval.Range{From: b.Start, To: b.End})
		}
		r := interval.Request{Begin: begin, End: now, Size: size, Lookback: back, Partial: true}
		if adding { // some moment of the last batch, which is not over
			r.Loaded = interval.Of(interval.Range{From: size.Floor(begin), To: now.Add(-now.Sub(size.Floor(now.Add(-1))) / 2)})
		}
		planned, err := interval.Plan(r)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, slices.Collect(interval.Batches(planned, size, 1))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestClaimsSayWhoLoadedWhat(t *testing.T) {
	t.Parallel()
	january, february := between(t, "2024-01-01", "2024-02-01"), between(t, "2024-02-01", "2024-03-01")
	noon := at(t, "2024-03-01 12:00:00")
	claims, err := interval.NewClaims(
		interval.Claim{Range: february, Code: "one", Run: "a", At: noon}, interval.Claim{Range: january, Code: "one", Run: "a", At: noon})
	if err != nil {
		t.Fatal(err)
	}
	if len(claims) != 1 || len(claims.Loaded()) != 1 {
		t.Errorf("two claims that touch and say the same are %v", claims)
	}
	week := between(t, "2024-01-29", "2024-02-05")
	after, err := claims.Add(interval.Claim{Range: week, Code: "two", Run: "b", At: noon.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(interval.Of(between(t, "2024-01-01", "2024-01-29"), between(t, "2024-02-05", "2024-03-01")), after.LoadedBy("one")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(interval.Of(week), after.LoadedBy("two")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(claims.Loaded(), after.Loaded()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(interval.Of(january), after.Remove(interval.Of(february)).Loaded()); diff != "" {
		t.Error(diff)
	}
}

// TestClaimsAreWhatTheLastOneSaid compares claims with a slice that has the name of the last run per minute.
func TestClaimsAreWhatTheLastOneSaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var claims interval.Claims
		var want [minutes]string
		for i, r := range ranges(t, "claims") {
			run := string(rune('a' + i))
			var err error
			if claims, err = claims.Add(interval.Claim{Range: r, Code: "c" + run, Run: run, At: minute(i)}); err != nil {
				t.Fatal(err)
			}
			for m := range want {
				if r.Contains(minute(m)) {
					want[m] = "c" + run
				}
			}
		}
		for m, code := range want {
			if claims.Loaded().Contains(minute(m)) != (code != "") || code != "" && !claims.LoadedBy(code).Contains(minute(m)) {
				t.Fatalf("minute %d was loaded by %q, but the claims are %v", m, code, claims)
			}
		}
	})
}

func TestWhatDoesNotFitIsAnErrorThatSaysWhy(t *testing.T) {
	t.Parallel()
	january := between(t, "2024-01-01", "2024-02-01")
	mid := between(t, "2024-01-15", "2024-02-15")
	noon := at(t, "2024-03-01 12:00:00")
	claims, err := interval.NewClaims(interval.Claim{Range: january, Run: "a", At: noon})
	if err != nil {
		t.Fatal(err)
	}
	day := interval.Size{N: 1, Unit: interval.Day}
	backwards := interval.Range{From: january.To, To: january.From}
	for want, c := range map[string]struct {
		is  error
		run func() error
	}{
		"range 2024-02-01 – 2024-01-01: it ends before it begins": {interval.ErrOrder, func() error {
			_, err := interval.New(january.To, january.From)
			return err
		}},
		"begin and end: range 2024-02-01 – 2024-01-01: it ends before it begins": {interval.ErrOrder, func() error {
			_, err := interval.Plan(interval.Request{Begin: january.To, End: january.From, Size: day})
			return err
		}},
		"run b: range 2024-02-01 – 2024-01-01: it ends before it begins": {interval.ErrOrder, func() error {
			_, err := claims.Add(interval.Claim{Range: backwards, Run: "b"})
			return err
		}},
		"there is no such batch size: none is given": {interval.ErrSize, func() error {
			_, err := interval.Plan(interval.Request{Begin: january.From, End: january.To})
			return err
		}},
		`there is no such batch size: "fortnight"; the units are minute, hour, day, week, month, quarter, year`: {interval.ErrSize, parsing("fortnight")},
		`there is no such batch size: cannot read "many" as a whole number`:                                     {interval.ErrSize, parsing("many days")},
		`there is no such batch size: ""; write it as day or 5 minutes`:                                         {interval.ErrSize, parsing("")},
		"there is no such batch size: 4 minutes are less than 5 minutes":                                        {interval.ErrSize, parsing("4 minutes")},
		"there is no such batch size: 13 months are more than a year":                                           {interval.ErrSize, parsing("13 months")},
		"there is no such batch size: 0 of them are none":                                                       {interval.ErrSize, parsing("0 days")},
		"a lookback of -1 batches: it cannot be negative": {nil, func() error {
			_, err := interval.Plan(interval.Request{Begin: january.From, End: january.To, Size: day, Lookback: -1})
			return err
		}},
		"two claims overlap: run a loaded 2024-01-01 – 2024-02-01 and run b loaded 2024-01-15 – 2024-02-15": {interval.ErrOverlap, func() error {
			_, err := interval.NewClaims(interval.Claim{Range: mid, Run: "b"}, interval.Claim{Range: january, Run: "a"})
			return err
		}},
		"the clock went backwards: run a loaded 2024-01-01 – 2024-02-01 at 2024-03-01 12:00:00, which run b replaces at 2024-03-01 11:00:00": {
			interval.ErrClock, func() error {
				_, err := claims.Add(interval.Claim{Range: mid, Run: "b", At: noon.Add(-time.Hour)})
				return err
			},
		},
		"the clock went backwards: run a loaded 2024-01-01 – 2024-02-01 at 2024-03-01 12:00:00, and it is 2024-03-01 11:59:59": {
			interval.ErrClock, func() error { return claims.Check(noon.Add(-time.Second)) },
		},
	} {
		err := c.run()
		if err == nil || err.Error() != want || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func parsing(text string) func() error {
	return func() error {
		_, err := interval.ParseSize(text)
		return err
	}
}

func FuzzParseSize(f *testing.F) {
	for _, text := range []string{"day", "5 minutes", "2 weeks", "-1 year", "999999999999 days", "quarters"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		size, err := interval.ParseSize(text)
		if err != nil {
			return
		}
		again, err := interval.ParseSize(size.String())
		if err != nil || again != size {
			t.Errorf("%q is %v, which reads as %v (%v)", text, size, again, err)
		}
		if x := time.Unix(1e9, 0); size.Floor(x).After(x) || !size.Move(x, 1).After(x) {
			t.Errorf("a batch of %q does not hold its times", text)
		}
	})
}

// BenchmarkTenYearsOfFiveMinutes plans a million intervals: none loaded, and every other one, which is as many ranges as there can be.
func BenchmarkTenYearsOfFiveMinutes(b *testing.B) {
	five := interval.Size{N: 5, Unit: interval.Minute}
	r := interval.Request{
		Begin: time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Size: five, Lookback: 3,
	}
	var holes []interval.Range
	for from := r.Begin; from.Before(r.End); from = from.Add(10 * time.Minute) {
		holes = append(holes, interval.Range{From: from, To: from.Add(5 * time.Minute)})
	}
	for name, loaded := range map[string]interval.Set{"empty": nil, "gap": interval.Of(interval.Range{From: r.Begin, To: r.End.AddDate(0, -1, 0)}), "holes": interval.Of(holes...)} {
		b.Run(name, func(b *testing.B) {
			r.Loaded = loaded
			for b.Loop() {
				planned, err := interval.Plan(r)
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for range interval.Batches(planned, five, 288) {
					n++
				}
				if n == 0 || five.Count(planned) == 0 {
					b.Fatal("nothing is planned")
				}
			}
		})
	}
}
