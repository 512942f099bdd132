package syncs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
)

func TestSettingsAreReadAsTheyAreWanted(t *testing.T) {
	t.Parallel()
	c := syncs.Config{
		"text": "x", "port": 5432, "float": 2.5, "yes": true, "true": "True", "wait": "1m30s", "seconds": 3, "half": 0.5, "bad": "soon",
		"map": map[string]any{"a": "b"}, "list": []any{"a", 1}, "null": nil,
	}
	for name, got := range map[string][2]any{
		"text": {"x", c.String("text", "y")}, "a number as text": {"5432", c.String("port", "")}, "text that is not set": {"y", c.String("no", "y")},
		"null as text": {"y", c.String("null", "y")}, "number": {5432, c.Int("port", 1)}, "whole part": {2, c.Int("float", 1)}, "no number": {1, c.Int("text", 1)},
		"bool": {true, c.Bool("yes", false)}, "bool as text": {true, c.Bool("true", false)}, "no bool": {true, c.Bool("port", true)},
		"duration": {90 * time.Second, c.Duration("wait", 0)}, "seconds": {3 * time.Second, c.Duration("seconds", 0)},
		"half a second": {time.Second / 2, c.Duration("half", 0)}, "no duration": {time.Minute, c.Duration("bad", time.Minute)},
		"map": {"b", c.Map("map").String("a", "")}, "no map": {"z", c.Map("text").String("a", "z")},
		"list": {"[a 1]", fmt.Sprint(c.Strings("list"))}, "one": {"[x]", fmt.Sprint(c.Strings("text"))}, "no list": {"[]", fmt.Sprint(c.Strings("port"))},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %v, want %v", name, got[1], got[0])
		}
	}
}

func TestSettingsThatAreMissingOrUnknownAreProblems(t *testing.T) {
	t.Parallel()
	k := syncs.Kind{Name: "post", Settings: []syncs.Setting{{Name: "url", Doc: "where to", Required: true}, {Name: "token", Doc: "what with", Secret: true}}}
	want(t, "good", nil, k.Check(syncs.Config{"type": "post", "url": "http://x", "token": "t"}))
	want(t, "bad", []syncs.Problem{
		{Setting: "tokn", Message: `a destination of type post has no setting "tokn"`},
		{Message: `a destination of type post needs "url": where to`},
	}, k.Check(syncs.Config{"type": "post", "url": "", "tokn": "t"}))
}

func TestFilesAreBelowTheProject(t *testing.T) {
	t.Parallel()
	k := syncs.Kind{Settings: []syncs.Setting{{Name: "path", Path: true}, {Name: "ca", Path: true}, {Name: "name"}}}
	for given, below := range map[string]string{"out": "/shop/out", "../out": "/out", "/out": "/out", "s3://bucket/out": "s3://bucket/out", "": ""} {
		got := k.Below("/shop", syncs.Config{"path": given, "name": "out"})
		want(t, given, syncs.Config{"path": below, "name": "out"}, got)
	}
}

func TestErrorSaysWhatTheDestinationSaid(t *testing.T) {
	t.Parallel()
	cause := errors.New("duplicate key")
	silent := &syncs.Error{Class: syncs.Rejected, Cause: cause}
	if silent.Error() != "duplicate key" || !errors.Is(silent, cause) {
		t.Errorf("%v", silent)
	}
	if e := (&syncs.Error{Message: "no", Cause: cause}); e.Error() != "no" {
		t.Errorf("%v", e)
	}
	if c := syncs.ClassOf(fmt.Errorf("send: %w", silent)); c != syncs.Rejected {
		t.Errorf("class %s", c)
	}
	if c := syncs.ClassOf(&fs.PathError{Op: "open", Err: errors.New("bad")}); c != syncs.Broken {
		t.Errorf("class %s", c)
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(map[string]any{"n": syncs.Number("-12345678901234567890.50")})
	if err != nil || string(text) != `{"n":-12345678901234567890.50}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestRowsKnowTheirFields(t *testing.T) {
	t.Parallel()
	target := &syncs.Target{Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}}}
	r := syncs.Row{Values: []any{int64(1), "x"}}
	want(t, "key", []any{int64(1)}, r.Key(target))
	want(t, "fields", map[string]any{"id": int64(1), "name": "x"}, r.Fields(target))
	gone := syncs.Row{Values: []any{int64(1)}}
	want(t, "fields of a key", map[string]any{"id": int64(1)}, gone.Fields(target))
	b := syncs.Batch{Rows: []syncs.Row{{Number: 4}, {Number: 7}}}
	want(t, "span", syncs.Span{First: 4, Last: 7}, b.Span())
}

func TestDatesAreText(t *testing.T) {
	t.Parallel()
	at, midnight := time.Date(2024, 2, 29, 13, 0, 0, 0, time.UTC), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	far := time.Date(12024, 1, 1, 0, 0, 0, 0, time.UTC) // more digits than a day has
	days, others := syncs.Field{Type: "DATE"}, syncs.Field{Type: "timestamp"}
	for name, got := range map[string][2]any{
		"day": {"2024-02-29", days.Day(at)}, "no field of dates": {at, others.Day(at)}, "none": {nil, days.Day(nil)}, "a far one": {far, days.Day(far)},
		"midnight": {midnight, days.Midnight("2024-02-29")}, "text": {"2024-02-29", others.Midnight("2024-02-29")}, "no day": {"infinity", days.Midnight("infinity")},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %v, want %v", name, got[1], got[0])
		}
	}
}
