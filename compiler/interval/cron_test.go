package interval_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/interval"
)

// cronPart is a part of a field, and the numbers that it has.
type cronPart struct {
	text    string
	numbers []int
}

// drawField draws a field and the numbers that match.
func drawField(t *rapid.T, name string, first, end int, names []string) cronPart {
	if rapid.Bool().Draw(t, name+" star") {
		step := rapid.IntRange(1, 7).Draw(t, "step")
		p := cronPart{text: fmt.Sprintf("*/%d", step)}
		if step == 1 {
			p.text = "*"
		}
		for n := first; n <= end; n += step {
			p.numbers = append(p.numbers, n)
		}
		return p
	}
	spelled := func(n int) string {
		if i := n - first; i < len(names) && rapid.Bool().Draw(t, "by name") {
			return names[i]
		}
		return fmt.Sprint(n)
	}
	var p cronPart
	var texts []string
	for range rapid.IntRange(1, 3).Draw(t, name+" parts") {
		from := rapid.IntRange(first, end).Draw(t, "from")
		to, step := rapid.IntRange(from, end).Draw(t, "to"), rapid.IntRange(1, 5).Draw(t, "step")
		texts = append(texts, fmt.Sprintf("%s-%s/%d", spelled(from), spelled(to), step))
		if from == to {
			texts[len(texts)-1] = spelled(from)
		}
		for n := from; n <= to; n += step {
			p.numbers = append(p.numbers, n)
		}
	}
	p.text = strings.Join(texts, ",")
	return p
}

// TestCronByMinutes compares with going through the minutes one by one.
func TestCronByMinutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		minute, hour := drawField(r, "minute", 0, 59, nil), drawField(r, "hour", 0, 23, nil)
		day, month := drawField(r, "day", 1, 31, nil), drawField(r, "month", 1, 12, []string{"jan", "FEB", "mar", "Apr"})
		on := drawField(r, "weekday", 0, 7, []string{"sun", "Mon", "tue"})
		text := strings.Join([]string{minute.text, hour.text, day.text, month.text, on.text}, " ")
		c, err := interval.ParseCron(text)
		if errors.Is(err, interval.ErrCron) && strings.Contains(err.Error(), "no day is ever on it") {
			r.Skip(text)
		}
		if err != nil {
			r.Fatal(err)
		}
		matches := func(m time.Time) bool {
			number := slices.Contains(day.numbers, m.Day())
			name := slices.Contains(on.numbers, int(m.Weekday())) || m.Weekday() == time.Sunday && slices.Contains(on.numbers, 7)
			days := number && name
			if day.text[0] != '*' && on.text[0] != '*' {
				days = number || name
			}
			return days && slices.Contains(minute.numbers, m.Minute()) && slices.Contains(hour.numbers, m.Hour()) && slices.Contains(month.numbers, int(m.Month()))
		}
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(r, "at"), rapid.Int64Range(0, 1).Draw(r, "nanosecond")).UTC()
		next, last := c.Next(at), c.Last(at)
		if !next.After(at) || last.After(at) || !matches(next) || !matches(last) {
			r.Fatalf("%s at %s: next %s, last %s", text, at, next, last)
		}
		const far = 3 * 24 * 60
		m := at.Truncate(time.Minute)
		for range far {
			if m = m.Add(time.Minute); m.Equal(next) {
				break
			}
			if matches(m) {
				r.Fatalf("%s at %s: next is %s, not %s", text, at, m, next)
			}
		}
		for m, n := at.Truncate(time.Minute), 0; n < far && !m.Equal(last); m, n = m.Add(-time.Minute), n+1 {
			if matches(m) {
				r.Fatalf("%s at %s: last is %s, not %s", text, at, m, last)
			}
		}
		if again := c.Last(next); !again.Equal(next) {
			r.Fatalf("%s: the last one at %s is %s", text, next, again)
		}
	})
}

func TestCron(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 6, 4, 59, 30, 0, time.UTC) // a Tuesday
	for text, want := range map[string]string{
		"0 5 * * *": "2026-01-06T05:00", "@hourly": "2026-01-06T05:00", "@daily": "2026-01-07T00:00", "@weekly": "2026-01-11T00:00",
		"@monthly": "2026-02-01T00:00", "@yearly": "2027-01-01T00:00", "0 0 13 * fri": "2026-01-09T00:00", "0 0 29 2 *": "2028-02-29T00:00",
		"0 0 */31 2 sun": "2026-02-01T00:00", "30/15 4 * * *": "2026-01-07T04:30", "0 0 * * 7": "2026-01-11T00:00", "0 0 * JAN-mar Mon,WED": "2026-01-07T00:00",
	} {
		c, err := interval.ParseCron(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Next(at).Format("2006-01-02T15:04"); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestNoCron(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "daily", "@often", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *",
		"1, * * * *", "-1 * * * *", "+1 * * * *", "a * * * *", "1-2-3 * * * *", "*/ * * * *", "0 0 30 feb *", "99999999999999999999 * * * *",
	} {
		if c, err := interval.ParseCron(text); !errors.Is(err, interval.ErrCron) {
			t.Errorf("%q: %v, %v", text, c, err)
		}
	}
	if next := (interval.Cron{}).Next(time.Now()); !next.IsZero() {
		t.Errorf("the zero schedule has %s", next)
	}
}

// TestCronOfAZone has clocks that are put forward on March 29, 2026 at two, and back on October 25 at three.
func TestCronOfAZone(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, after, want string }{
		{"0 5 * * *", "2026-01-06T04:00", "2026-01-07T04:00"},
		{"0 5 * * *", "2026-01-06T03:59", "2026-01-06T04:00"},
		{"0 5 * * *", "2026-07-06T02:00", "2026-07-06T03:00"},
		{"30 2 * * *", "2026-03-28T12:00", "2026-03-29T01:30"}, // two hours after midnight UTC it is half past three
		{"0 3 * * *", "2026-03-29T00:30", "2026-03-29T01:00"},
		{"30 2,3 * * *", "2026-03-29T01:30", "2026-03-30T00:30"},
		{"30 2 * * *", "2026-10-24T12:00", "2026-10-25T00:30"},
		{"30 2 * * *", "2026-10-25T00:30", "2026-10-26T01:30"},
		{"0 0 1 * *", "2026-01-15T00:00", "2026-01-31T23:00"},
		{"0 0 * * mon", "2026-01-11T22:59", "2026-01-11T23:00"},
	} {
		s, err := interval.ParseCron(c.text)
		if err != nil {
			t.Fatal(err)
		}
		after, err := time.Parse("2006-01-02T15:04", c.after)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.In(berlin).Next(after).Format("2006-01-02T15:04"); got != c.want {
			t.Errorf("%s after %s: %s, want %s", c.text, c.after, got, c.want)
		}
	}
}

// TestCronsOfZonesGoOn goes from one moment to the next and back, in zones with all sorts of clocks.
func TestCronsOfZonesGoOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"}).Draw(r, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		text := rapid.SampledFrom([]string{"0 5 * * *", "30 2 * * *", "*/20 1-3 * * *", "0 0 * * mon", "0 0 1 * *", "15 */6 * * *"}).Draw(r, "schedule")
		c, err := interval.ParseCron(text)
		if err != nil {
			t.Fatal(err)
		}
		c = c.In(zone)
		at := time.Unix(rapid.Int64Range(1.1e9, 2.2e9).Draw(r, "at"), 0).UTC()
		next := c.Next(at)
		last := c.Last(at)
		if !next.After(at) || last.After(at) || !c.Last(next).Equal(next) || !c.Next(last).Equal(next) || !c.Last(next.Add(-time.Minute)).Equal(last) {
			r.Fatalf("%s in %s at %s: last %s, next %s, the last one then %s, the one before %s", text, zone, at, last, next, c.Last(next), c.Last(next.Add(-time.Minute)))
		}
	})
}
