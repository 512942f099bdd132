package sql

import (
	"strings"
	"sync"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
)

// The codes of what could not be read.
const (
	// UnreadableSQL is a part of a query that cannot be read: an error if the warehouse's own parser says so. A query that only mod does
	// not understand goes to the warehouse as it is, and what mod knows of its columns may be incomplete.
	UnreadableSQL diag.Code = "unreadable-sql"
	// UnterminatedText is a string, a quoted name or a comment that is never closed.
	UnterminatedText diag.Code = "unterminated-text"
	// TooComplex is a query that is nested too deeply or too long to be read.
	TooComplex diag.Code = "too-complex"
)

// standing says what a keyword may not be in a dialect.
type standing uint8

// The standings.
const (
	reserved standing = 1 << iota
	operator          // reserved but for functions
	noLabel
	noAlias
	lambdas // takes lambdas
)

// grammar is a dialect's grammar, ready for use.
type grammar struct {
	syntax    dialect.Syntax
	standings [len(keywords)]standing
	lambdas   map[string]bool
}

func (g *grammar) has(s dialect.Syntax) bool { return g.syntax&s != 0 }

func (g *grammar) is(k keyword, s standing) bool { return g.standings[k]&s != 0 }

// grammars remembers what newGrammar made: it is the same each time.
var grammars sync.Map // of *dialect.Dialect: *grammar

func grammarOf(d *dialect.Dialect) *grammar {
	if known, ok := grammars.Load(d); ok {
		return known.(*grammar)
	}
	made, _ := grammars.LoadOrStore(d, newGrammar(&d.Grammar))
	return made.(*grammar)
}

func newGrammar(from *dialect.Grammar) *grammar {
	g := &grammar{syntax: from.Syntax, lambdas: map[string]bool{}}
	mark := func(words string, s standing) {
		for w := range strings.FieldsSeq(words) {
			g.standings[keywordOf(w)] |= s
		}
	}
	mark(from.Reserved, reserved)
	mark(from.Operators, operator)
	mark(from.NoAlias, noAlias)
	if from.NoLabel == "" {
		from = &dialect.Grammar{NoLabel: from.Reserved + " " + from.Operators, Lambdas: from.Lambdas}
	}
	mark(from.NoLabel, noLabel)
	for w := range strings.FieldsSeq(from.Lambdas) {
		g.lambdas[w] = true
	}
	g.standings[notKeyword] = 0
	return g
}

// keywordOf is the keyword that a word in lower case is.
func keywordOf(word string) keyword {
	hash := uint32(0)
	for i := range len(word) {
		hash = step(hash, word[i])
	}
	return findKeyword(word, hash)
}

// slots is the size of the table of keywords: a power of two, some times their number.
const slots = 2048

// keywordSlots is a hash table of the keywords with open addresses.
var keywordSlots = func() (table [slots]keyword) {
	for k := keyword(1); int(k) < len(keywords); k++ {
		hash := uint32(0)
		for i := range len(keywords[k]) {
			hash = step(hash, keywords[k][i])
		}
		for table[hash%slots] != notKeyword {
			hash++
		}
		table[hash%slots] = k
	}
	return table
}()

// findKeyword is the keyword that a word is, in any letter case, or notKeyword. The hash is the one that step made.
func findKeyword(text string, hash uint32) keyword {
	for {
		k := keywordSlots[hash%slots]
		if k == notKeyword || equalFold(text, keywords[k]) {
			return k
		}
		hash++
	}
}
