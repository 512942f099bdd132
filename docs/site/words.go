package site

import (
	"maps"
	"slices"
	"strings"
)

// Where a word stands that is searched for, as bits: of a posting, beside the node.
const (
	inColumn = 1 << iota
	inTag
	inOwner
	inDescription
	inCode
	placeBits = 5
)

// wordsInPart is how many words a file tells the places of.
const wordsInPart = 1000

// index is where the words of a project stand, but for the names of nodes, which are searched as they are.
type index struct {
	words  []string // sorted
	places map[string][]int
}

// words reads all texts of the project.
func (t *telling) words() *index {
	x := &index{places: map[string][]int{}}
	for i, n := range t.listedNodes() {
		found := map[string]int{}
		take := func(text string, where int) {
			eachWord(text, func(word string) { found[word] |= where })
		}
		for _, c := range t.known[n.ID].columns {
			take(c.Name, inColumn)
			take(c.Description, inDescription)
			for _, tag := range c.Tags {
				take(tag.Text, inTag)
			}
		}
		for _, tag := range n.Tags {
			take(tag, inTag)
		}
		take(t.known[n.ID].owner, inOwner)
		take(describe(n), inDescription)
		if n.File != nil && n.File.Ending() == ".sql" {
			eachWord(n.Raw, func(word string) {
				if !noise[word] {
					found[word] |= inCode
				}
			})
		}
		for word, where := range found {
			x.places[word] = append(x.places[word], i<<placeBits|where)
		}
	}
	x.words = slices.Sorted(maps.Keys(x.places))
	return x
}

// Words shorter or longer than these are not looked for: they are everywhere, or data.
const shortestWord, longestWord = 2, 64

// eachWord gives the words of a text in lower case: letters, digits and underscores.
func eachWord(text string, use func(string)) {
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && inWord[text[i]] {
			i++
		}
		if n := i - start; n >= shortestWord && n <= longestWord {
			use(strings.ToLower(text[start:i]))
		}
		i++
	}
}

// inWord are the bytes that words are made of: any part of a character beyond ASCII is.
var inWord = func() (is [256]bool) {
	for b := range is {
		is[b] = b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b >= 0x80
	}
	return is
}()

// noise are the words of SQL and of templates that nearly every model has.
var noise = setOf(`select from where join left inner outer full cross on and or not as case when then else end group by order with union all distinct having limit is null in between like cast using ref source config endif endfor if for set true false`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// vocabulary is the words, with how many of them each part has. A word is told by how many letters it shares with the one before, as
// a digit of base 36 at most "z", and its other letters.
func (x *index) vocabulary() any {
	var b strings.Builder
	before := ""
	for i, word := range x.words {
		shared := 0
		for shared < min(len(word), len(before), 35) && word[shared] == before[shared] {
			shared++
		}
		for shared > 0 && shared < len(word) && word[shared]&0xC0 == 0x80 {
			shared-- // within a character
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteByte("0123456789abcdefghijklmnopqrstuvwxyz"[shared])
		b.WriteString(word[shared:])
		before = word
	}
	return struct {
		Words       string `json:"words"`
		WordsInPart int    `json:"wordsInPart"`
		Parts       int    `json:"parts"`
	}{b.String(), wordsInPart, x.parts()}
}

// parts is how many files the places of words are spread over.
func (x *index) parts() int { return 1 + len(x.words)/wordsInPart }

// part are the places of the words of a part, each as the distances from one to the next.
func (x *index) part(k int) any {
	from, to := k*wordsInPart, min((k+1)*wordsInPart, len(x.words))
	out := make([][]int, 0, to-from)
	for _, word := range x.words[from:to] {
		last, steps := 0, make([]int, 0, len(x.places[word]))
		for _, at := range x.places[word] {
			steps = append(steps, at-last)
			last = at
		}
		out = append(out, steps)
	}
	return struct {
		From   int     `json:"from"`
		Places [][]int `json:"places"`
	}{from, out}
}
