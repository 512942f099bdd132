package syncs

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Mask is what stands for personal data.
const Mask = "•••"

// least is how many letters a value must have to be masked in what a destination says: a shorter one would be found everywhere.
const least = 3

// masked is a failure whose message does not tell personal data of a batch.
type masked struct {
	error
	message string
}

// Error is the message without the data.
func (m *masked) Error() string { return m.message }

// Unwrap returns the failure as the destination told it.
func (m *masked) Unwrap() error { return m.error }

// masked is what a destination said of a batch, without the personal data of any of its rows: what is said of one may quote another.
func (b *Batch) masked(errs []error, err error) ([]error, error) {
	failed := func(err error) bool { return err != nil }
	if !failed(err) && !slices.ContainsFunc(errs, failed) {
		return errs, err
	}
	texts := b.personal()
	if len(texts) == 0 {
		return errs, err
	}
	pairs := make([]string, 0, 2*len(texts))
	for _, text := range texts {
		pairs = append(pairs, text, Mask)
	}
	replacer := strings.NewReplacer(pairs...)
	of := func(err error) error {
		if err == nil {
			return nil
		}
		said := err.Error()
		if message := replacer.Replace(said); message != said {
			return &masked{err, message}
		}
		return err
	}
	out := make([]error, len(errs))
	for i := range errs {
		out[i] = of(errs[i])
	}
	return out, of(err)
}

// personal are the texts that personal data of the batch may stand as in a message, the longest first.
func (b *Batch) personal() []string {
	var out []string
	for i := range b.Rows {
		for j, v := range b.Rows[i].Values {
			if b.Target.Fields[j].PII {
				out = spellings(out, v)
			}
		}
	}
	out = slices.DeleteFunc(out, func(text string) bool { return utf8.RuneCountInString(text) < least })
	slices.SortFunc(out, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(out)
}

// spellings adds to texts those that a value may stand as: as it is, within quotes of SQL and within those of JSON.
func spellings(texts []string, v any) []string {
	switch v := v.(type) {
	case string:
		texts = append(texts, v, strings.ReplaceAll(v, "'", "''"))
		if quoted, err := json.Marshal(v); err == nil {
			texts = append(texts, string(quoted[1:len(quoted)-1]))
		}
	case Number:
		texts = append(texts, string(v))
	case int64:
		texts = append(texts, strconv.FormatInt(v, 10))
	case float64:
		texts = append(texts, strconv.FormatFloat(v, 'g', -1, 64), strconv.FormatFloat(v, 'f', -1, 64))
	case []byte:
		texts = append(texts, string(v), hex.EncodeToString(v))
	case time.Time:
		texts = append(texts, v.Format(time.DateOnly))
	case []any:
		for _, one := range v {
			texts = spellings(texts, one)
		}
	case map[string]any:
		for _, one := range v {
			texts = spellings(texts, one)
		}
	}
	return texts
}
