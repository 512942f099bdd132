package cache

import (
	"bytes"
	"slices"
)

// Answers are what was found out, each by a sum of all that it depends on. One whose sum comes up again still holds.
type Answers map[[16]byte]string

const magicOfAnswers = "mod answers 1\n"

// Bytes are the answers as a file. Equal ones are equal files.
func (a Answers) Bytes() []byte {
	w := &writer{b: begun(magicOfAnswers, 1<<10+24*len(a))}
	w.int(len(a))
	sums := make([][16]byte, 0, len(a))
	for sum := range a {
		sums = append(sums, sum)
	}
	slices.SortFunc(sums, func(x, y [16]byte) int { return bytes.Compare(x[:], y[:]) })
	for _, sum := range sums {
		w.b = append(w.b, sum[:]...)
		w.text(a[sum])
	}
	return sealed(magicOfAnswers, w.b)
}

// ReadAnswers reads a file that Bytes has made; of any other there are none.
func ReadAnswers(text string) Answers {
	r, ok := opened(magicOfAnswers, text)
	if !ok {
		return nil
	}
	n := r.count()
	out := make(Answers, n)
	for range n {
		var sum [16]byte
		if copy(sum[:], r.s) < len(sum) {
			return nil
		}
		r.s = r.s[len(sum):]
		out[sum] = r.text()
	}
	if r.failed {
		return nil
	}
	return out
}
