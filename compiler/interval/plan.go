package interval

import (
	"fmt"
	"iter"
	"time"
)

// Request is what Plan has to know.
type Request struct {
	Begin  time.Time // the start of the model's time; the batch that it is in is the first one
	End    time.Time // there is nothing to read from then on: now, what all parents have, or what was asked for
	Size   Size
	Loaded Set // what does not have to be loaded
	// Lookback is how many batches before one that is missing are loaded again, because rows come late.
	Lookback int
	// Partial loads the batch that End is in as far as it has come, instead of waiting for its end.
	Partial bool
}

// Plan is what is to be loaded: whole batches, from the one that Begin is in. The last one ends after End if it is a partial one; what is loaded
// afterwards is only what is before End, so that the next plan has the batch again. A batch that is loaded in part is missing.
//
// Its errors wrap ErrOrder and ErrSize.
func Plan(r Request) (Set, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	window := Range{r.Size.Floor(r.Begin), r.End.UTC()}
	if !r.Partial {
		window.To = r.Size.Floor(r.End)
	}
	var missing Set
	for gap := range Of(window).gaps(r.Loaded) {
		from := r.Size.Move(gap.From, -r.Lookback)
		missing = missing.with(Range{later(from, window.From), r.Size.Ceil(gap.To)})
	}
	return missing, nil
}

func (r Request) check() error {
	if err := r.Size.check(); err != nil {
		return err
	}
	if r.Lookback < 0 {
		return fmt.Errorf("a lookback of %d batches: it cannot be negative", r.Lookback)
	}
	if _, err := New(r.Begin, r.End); err != nil {
		return fmt.Errorf("begin and end: %w", err)
	}
	return nil
}

// Batches cuts a set into what is loaded at once: at most n batches, the first of them first. It ends each range where a batch does, unless the set
// itself ends before. An n below 1 is taken as 1.
func Batches(set Set, size Size, n int) iter.Seq[Range] {
	return func(yield func(Range) bool) {
		for _, r := range set {
			for from := r.From; from.Before(r.To); {
				to := earlier(size.Move(from, max(n, 1)), r.To)
				if !yield(Range{from, to}) {
					return
				}
				from = to
			}
		}
	}
}
