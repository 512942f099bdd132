package cmd

import (
	"bufio"
	"bytes"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

func someRows() *adapters.Rows {
	noon := time.Date(2025, 1, 2, 12, 0, 0, 500000000, time.UTC)
	values := [][]any{
		{int64(1), "a,\"b\"\nc", adapters.Decimal("1.50"), noon, noon, math.Inf(1), []any{int64(1), nil}, big.NewInt(7)},
		{int64(20), nil, nil, nil, nil, nil, nil, nil},
	}
	columns := []relation.Column{{Name: "id"}, {Name: "text|x"}, {Name: "n"}, {Name: "day", Type: "DATE"}, {Name: "at", Type: "TIMESTAMP"}, {Name: "f"}, {Name: "list"}, {Name: "big"}}
	return &adapters.Rows{Columns: columns, Close: func() error { return nil }, All: func(yield func([]any, error) bool) {
		for _, row := range values {
			if !yield(row, nil) {
				return
			}
		}
	}}
}

func TestRowsInEveryForm(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"table": `id  text|x      n  day         at                        f  list      big
--  -------  ----  ----------  ---------------------  ----  --------  ---
 1  a,"b" c  1.50  2025-01-02  2025-01-02 12:00:00.5  +Inf  [1,null]    7
20
`,
		"csv": `id,text|x,n,day,at,f,list,big
1,"a,""b""
c",1.50,2025-01-02,2025-01-02 12:00:00.5,+Inf,"[1,null]",7
20,,,,,,,
`,
		"json": `[
  {"id": 1, "text|x": "a,\"b\"\nc", "n": 1.50, "day": "2025-01-02", "at": "2025-01-02 12:00:00.5", "f": "+Inf", "list": [1,null], "big": 7},
  {"id": 20, "text|x": null, "n": null, "day": null, "at": null, "f": null, "list": null, "big": null}
]
`,
		"md": `| id | text\|x | n | day | at | f | list | big |
| --: | --- | --: | --- | --- | --: | --- | --: |
| 1 | a,"b"<br>c | 1.50 | 2025-01-02 | 2025-01-02 12:00:00.5 | +Inf | [1,null] | 7 |
| 20 |  |  |  |  |  |  |  |
`,
	}
	for format, want := range tests {
		var b bytes.Buffer
		a := &app{out: &b}
		if err := a.print(nil, someRows(), format); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, b.String()); d != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", format, d)
		}
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	none := &adapters.Rows{All: func(func([]any, error) bool) {}}
	if err := printJSON(w, none, "orders"); err != nil || w.Flush() != nil || b.String() != "{\"node\": \"orders\", \"show\": []}\n" {
		t.Errorf("no rows: %q, %v", &b, err)
	}
}
