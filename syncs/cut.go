package syncs

import (
	"context"
	"fmt"
	"iter"
)

// usualBatch is how many rows a batch has if nobody says.
const usualBatch = 1000

// cut makes batches of rows: of one op, within the limits.
func (x *delivery) cut(ctx context.Context, rows iter.Seq2[Row, error], into chan<- *Batch) error {
	most := x.Limits.Batch
	if most <= 0 {
		most = usualBatch
	}
	b, size := (*Batch)(nil), 0
	push := func() bool {
		if b == nil {
			return true
		}
		select {
		case into <- b:
			b, size = nil, 0
			return true
		case <-ctx.Done():
			return false
		}
	}
	for row, err := range rows {
		if err != nil {
			return fmt.Errorf("read the changes: %w", err)
		}
		bytes := sizeOf(row.Values)
		full := b != nil && (len(b.Rows) >= most || b.Op != row.Op || x.Limits.Bytes > 0 && size+bytes > x.Limits.Bytes)
		if full && !push() || ctx.Err() != nil {
			return nil
		}
		if b == nil {
			b = &Batch{Target: x.Target, Run: x.Run, Op: row.Op}
		}
		b.Rows = append(b.Rows, row)
		size += bytes
	}
	push()
	return nil
}

// sizeOf is roughly how many bytes values take when they are written as text.
func sizeOf(values []any) int {
	size := 0
	for _, v := range values {
		switch v := v.(type) {
		case string:
			size += len(v) + 3
		case []byte:
			size += len(v)*4/3 + 3
		case []any:
			size += sizeOf(v)
		case map[string]any:
			for k, item := range v {
				size += len(k) + sizeOf([]any{item})
			}
		default:
			size += 12
		}
	}
	return size
}
