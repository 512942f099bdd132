package http_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
)

// TestExamplesOfTheGuideAreWhatItSays renders the destinations of docs/guides/syncs.md.
func TestExamplesOfTheGuideAreWhatItSays(t *testing.T) {
	t.Parallel()
	target := &syncs.Target{Sync: "members", Mode: syncs.MirrorMode, Removal: syncs.Delete, Key: []string{"member_id"},
		Fields: []syncs.Field{{Name: "member_id"}, {Name: "email"}, {Name: "points"}}}
	loyalty := syncs.Config{
		"type": "http", "url": "https://l.test/members/${row.member_id}?source=mod", "method": "PUT", "idempotency_header": "",
		"body":   map[string]any{"email": "${row.email}", "points": "${row.points}", "note": "Member ${row.member_id}"},
		"delete": map[string]any{}, "auth": map[string]any{"type": "bearer", "token": "x"},
	}
	for want, b := range map[string]*syncs.Batch{
		"PUT https://l.test/members/7?source=mod\nAuthorization: ***\nContent-Type: application/json\n\n" + `{"email":"a@b.c","note":"Member 7","points":30}`: {
			Target: target, Op: syncs.Update, Rows: []syncs.Row{{Values: []any{int64(7), "a@b.c", int64(30)}}}},
		"DELETE https://l.test/members/7?source=mod\nAuthorization: ***\n": {Target: target, Op: syncs.Delete, Rows: []syncs.Row{{Values: []any{int64(7)}}}},
	} {
		d := open(t, loyalty)
		got, err := d.(syncs.Renderer).Render(b)
		if diff := cmp.Diff([]string{want}, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}
