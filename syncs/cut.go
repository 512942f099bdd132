package syncs

import (
	"context"
	"fmt"
	"iter"
)

// usualBatch is how many rows a batch has if nobody says.
const usualBatch = 1000

// Batches hands use the batches that rows make, within the limits, until it returns an error.
func (d *Delivery) Batches(rows iter.Seq2[Row, error], use func(*Batch) error) error {
	most := d.Limits.Batch
	if most <= 0 {
		most = usualBatch
	}
	b, size := (*Batch)(nil), 0
	for row, err := range rows {
		if err != nil {
			return fmt.Errorf("read the changes: %w", err)
		}
		bytes := sizeOf(row.Values)
		if b != nil && (len(b.Rows) >= most || b.Op != row.Op || d.Limits.Bytes > 0 && size+bytes > d.Limits.Bytes) {
			if err := use(b); err != nil {
				return err
			}
			b, size = nil, 0
		}
		if b == nil {
			b = &Batch{Target: d.Target, Run: d.Run, Op: row.Op}
		}
		b.Rows = append(b.Rows, row)
		size += bytes
	}
	if b == nil {
		return nil
	}
	return use(b)
}

// cut sends batches on their way.
func (x *delivery) cut(ctx context.Context, rows iter.Seq2[Row, error], into chan<- *Batch) error {
	return x.Batches(rows, func(b *Batch) error {
		select {
		case into <- b:
			return context.Cause(ctx)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
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
