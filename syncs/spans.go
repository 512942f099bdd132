package syncs

import (
	"fmt"
	"strconv"
	"strings"
)

// Spans are numbers of rows, in ascending order: what a destination that is a [Committer] keeps of a batch.
type Spans []Span

// Arrived are the numbers of the rows of a batch that were delivered: those without an error in outcomes, which has one for each row.
func (b *Batch) Arrived(outcomes []error) Spans {
	var out Spans
	for i := range b.Rows {
		n := b.Rows[i].Number
		switch last := len(out) - 1; {
		case outcomes[i] != nil:
		case last >= 0 && out[last].Last == n-1:
			out[last].Last = n
		default:
			out = append(out, Span{n, n})
		}
	}
	return out
}

// Has tells whether a number is among them.
func (s Spans) Has(n int64) bool {
	for _, span := range s {
		if span.First <= n && n <= span.Last {
			return true
		}
	}
	return false
}

// String is the spans as ParseSpans reads them: "1-499 501-1000".
func (s Spans) String() string {
	texts := make([]string, len(s))
	for i, span := range s {
		texts[i] = fmt.Sprintf("%d-%d", span.First, span.Last)
	}
	return strings.Join(texts, " ")
}

// ParseSpans reads what String wrote.
func ParseSpans(text string) (Spans, error) {
	var out Spans
	for field := range strings.FieldsSeq(text) {
		first, last, _ := strings.Cut(field, "-")
		from, errF := strconv.ParseInt(first, 10, 64)
		to, errL := strconv.ParseInt(last, 10, 64)
		if errF != nil || errL != nil {
			return nil, fmt.Errorf("read which rows arrived: %q", field)
		}
		out = append(out, Span{from, to})
	}
	return out, nil
}
