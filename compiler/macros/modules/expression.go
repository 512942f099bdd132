package modules

import (
	"fmt"
	"sort"
	"time"

	"github.com/dlclark/regexp2"
)

// patience is how long one match may take: an engine that goes back and forth can take for ever over an unlucky pattern.
const patience = 10 * time.Second

// expression is a pattern in the engine that finds it. It goes back and forth as Python's does, so lookarounds, back-references
// and atomic groups mean what they mean there.
type expression struct{ engine *regexp2.Regexp }

func newExpression(pattern string, options regexp2.RegexOptions) (expression, error) {
	engine, err := regexp2.Compile(pattern, options)
	if err != nil {
		return expression{}, err
	}
	engine.MatchTimeout = patience
	return expression{engine}, nil
}

// text is what is searched, with the byte offset of every character: the engine counts characters.
type text struct {
	runes []rune
	at    []int
}

func newText(s string) *text {
	t := &text{runes: []rune(s)}
	for i := range s {
		t.at = append(t.at, i)
	}
	t.at = append(t.at, len(s))
	return t
}

// after is the offset of the character after the one at an offset.
func (t *text) after(at int) int {
	i := sort.SearchInts(t.at, at) + 1
	if i < len(t.at) {
		return t.at[i]
	}
	return at + 1
}

// find is the first match at or after a byte offset, as pairs of offsets, one a group, -1 for a group that took no part;
// nil if there is none.
func (e expression) find(t *text, from int) ([]int, error) {
	m, err := e.engine.FindRunesMatchStartingAt(t.runes, sort.SearchInts(t.at, from))
	if err != nil {
		return nil, fmt.Errorf("match a regular expression: %w", err)
	}
	if m == nil {
		return nil, nil
	}
	var at []int
	for i := range m.GroupCount() {
		g := m.GroupByNumber(i)
		if len(g.Captures) == 0 {
			at = append(at, -1, -1)
			continue
		}
		at = append(at, t.at[g.Index], t.at[g.Index+g.Length])
	}
	return at, nil
}
