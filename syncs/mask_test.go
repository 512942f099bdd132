package syncs_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
)

// private is a delivery of rows with an id, personal data, and a city.
func private(send sender, values ...any) (*trial, iter.Seq2[syncs.Row, error]) {
	x := newTrial(syncs.Limits{Batch: 10}, send)
	x.Target.Fields = []syncs.Field{{Name: "id"}, {Name: "about", PII: true}, {Name: "city"}}
	return x, func(yield func(syncs.Row, error) bool) {
		for i, v := range values {
			if !yield(syncs.Row{Number: int64(i + 1), Op: syncs.Insert, Values: []any{int64(i + 1), v, "Ulm"}}, nil) {
				return
			}
		}
	}
}

func TestMessagesDoNotTellPersonalData(t *testing.T) {
	day := time.Date(1983, 4, 5, 13, 14, 15, 0, time.UTC)
	for name, c := range map[string]struct {
		value         any
		message, want string
	}{
		"as it is":          {"ann@x.org", "Duplicate entry 'ann@x.org' for Ulm", "Duplicate entry '•••' for Ulm"},
		"wherever it is":    {"ann", "ann (joanna) is there", "••• (jo•••a) is there"},
		"doubled quotes":    {"O'Neill", "near 'O''Neill'", "near '•••'"},
		"escaped":           {`the "boss"`, `{"name":"the \"boss\""}`, `{"name":"•••"}`},
		"too short to tell": {"an", "an error", "an error"},
		"three letters":     {"Zoë", "no Zoë", "no •••"},
		"nothing":           {nil, "<nil> is null", "<nil> is null"},
		"a number":          {int64(4711), "key (4711) is there", "key (•••) is there"},
		"an exact number":   {syncs.Number("12.50"), "12.50 is too much", "••• is too much"},
		"a float":           {0.125, "0.125 is too little", "••• is too little"},
		"a yes":             {true, "true is no number", "true is no number"},
		"a day":             {day, "born on 1983-04-05 00:00:00", "born on ••• 00:00:00"},
		"bytes":             {[]byte("secret"), `"secret" or \x736563726574`, `"•••" or \x•••`},
		"within a list":     {[]any{"ann", map[string]any{"mail": "bob@x.org"}}, "ann, bob@x.org, mail", "•••, •••, mail"},
		"in the cause":      {"ann", "", "•••"},
	} {
		t.Run(name, func(t *testing.T) {
			failure := &syncs.Error{Class: syncs.Rejected, Message: c.message}
			if c.message == "" {
				failure.Cause = errors.New("ann")
			}
			x, rows := private(func(context.Context, *syncs.Batch) ([]error, error) { return []error{failure}, nil }, c.value)
			if _, err := x.Deliver(t.Context(), rows); err != nil {
				t.Fatal(err)
			}
			want(t, "what is recorded", c.want, x.recorded[1].Error())
			want(t, "its class", syncs.Rejected, syncs.ClassOf(x.recorded[1]))
		})
	}
}

func TestMessageAboutOneRowDoesNotTellOfAnother(t *testing.T) {
	x, rows := private(func(context.Context, *syncs.Batch) ([]error, error) {
		return []error{&syncs.Error{Class: syncs.Rejected, Message: "ann@x.org is as ann"}, nil}, nil
	}, "ann", "ann@x.org")
	if _, err := x.Deliver(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	want(t, "what is recorded", "••• is as •••", x.recorded[1].Error())
}

func TestWhyADeliveryEndedDoesNotTellPersonalData(t *testing.T) {
	failure := &syncs.Error{Class: syncs.Missing, Message: "no table ann"}
	x, rows := private(func(context.Context, *syncs.Batch) ([]error, error) { return nil, failure }, "ann")
	_, err := x.Deliver(t.Context(), rows)
	if err == nil || !errors.Is(err, failure) {
		t.Fatalf("it ended with %v", err)
	}
	want(t, "why", "no table •••", err.Error())
}

func TestMessageAboutWhatIsNotPersonalStaysAsItIs(t *testing.T) {
	failure := &syncs.Error{Class: syncs.Rejected, Message: "Ulm is no city"}
	x, rows := private(func(context.Context, *syncs.Batch) ([]error, error) { return []error{failure}, nil }, "ann")
	if _, err := x.Deliver(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	want(t, "what is recorded", error(failure), x.recorded[1])
}
