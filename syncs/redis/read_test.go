package redis

import (
	"testing"

	"github.com/modsql/mod/syncs"
)

// TestRecordsAreReadByTheirKeys: what only begins like a record of the sync is none, and values come as the warehouse reads them.
func TestRecordsAreReadByTheirKeys(t *testing.T) {
	t.Parallel()
	of := &syncs.Target{
		Sync: "people", Object: "shop[1]*", Mode: syncs.UpsertMode, Key: []string{"id"},
		Fields: []syncs.Field{{Name: "id", Type: "bigint"}, {Name: "raw", Type: "BLOB"}, {Name: "total", Type: "numeric"}},
	}
	for form, want := range map[string][]any{"hash": {"7", []byte{0, 255}, nil}, "json": {syncs.Number("7"), []byte{0, 255}, nil}} {
		c := with(settings(t), "value", form)
		d, db := opened(t, c), connect(t, c)
		send(t, d, batch(of, syncs.Insert, 1, []any{int64(7), []byte{0, 255}, nil}))
		for _, other := range []string{"shop[1]*:8:9", "shop11:7", "shop[1]*:nothing"} {
			db.HSet(t.Context(), other, "id", "8")
			db.Set(t.Context(), other+" as text", `{"id": 8}`, 0)
			db.Set(t.Context(), other+" as no text", `[8]`, 0)
		}
		var found [][]any
		for values, err := range d.Read(t.Context(), of) {
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, values)
		}
		same(t, form, found, [][]any{want})
	}
	of.Mode = syncs.AppendMode
	for _, err := range opened(t, settings(t)).Read(t.Context(), of) {
		if syncs.ClassOf(err) != syncs.Broken {
			t.Errorf("a stream: %v", err)
		}
	}
}
