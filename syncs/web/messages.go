package web

import (
	"context"
	"slices"

	"github.com/modsql/mod/syncs"
)

// Messages send rows as requests that are taken as a whole: one of each row, or one of a batch.
type Messages struct {
	*Client
	Each    bool                                        // a request for each row
	Request func(b *syncs.Batch) (*Request, error)      // of a batch; of a row it is a batch of that row alone
	Ask     func(ctx context.Context, r *Request) error // nil for [Client.Do]
}

// EachSetting is the setting by which users choose.
func EachSetting(what string) syncs.Setting {
	return syncs.Setting{Name: "each", Doc: "row or batch: how many rows " + what + " has; row if it is not set"}
}

// ReadEach reads the setting.
func ReadEach(c syncs.Config) (bool, error) {
	switch each := c.String("each", "row"); each {
	case "row", "batch":
		return each == "row", nil
	default:
		return false, Mistake("each: %q is neither row nor batch", each)
	}
}

// Send sends a batch.
func (m *Messages) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	if m.Each {
		return EachRow(ctx, b, m.post)
	}
	if err := m.post(ctx, b); err != nil {
		return nil, err
	}
	return make([]error, len(b.Rows)), nil
}

func (m *Messages) post(ctx context.Context, b *syncs.Batch) error {
	r, err := m.Request(b)
	switch {
	case err != nil:
	case m.Ask != nil:
		err = m.Ask(ctx, r)
	default:
		_, err = m.Do(ctx, r)
	}
	return err
}

// Render shows the requests of a batch.
func (m *Messages) Render(b *syncs.Batch) ([]string, error) {
	batches := []*syncs.Batch{b}
	if m.Each {
		batches = slices.Collect(Singly(b))
	}
	var out []string
	for _, batch := range batches {
		r, err := m.Request(batch)
		if err != nil {
			return nil, err
		}
		out = append(out, m.Client.Render(r))
	}
	return out, nil
}
