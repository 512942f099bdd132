package sql

// class sorts bytes.
type class uint8

// The classes of bytes.
const (
	space class = 1 << iota
	letter
	digit
	dollar
	operatorChar
)

// classes are the classes of each byte. Bytes outside of ASCII have none.
var classes = func() (table [256]class) {
	for c := 'a'; c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = letter, letter
	}
	for c := '0'; c <= '9'; c++ {
		table[c] = digit
	}
	table['_'], table['$'] = letter, dollar
	for _, c := range " \t\n\r\f\v\x00" {
		table[c] = space
	}
	for _, c := range "+-*/<>=~!@#%^&|`?" {
		table[c] = operatorChar
	}
	return table
}()

// step adds a byte to the hash of a word, without regard to letter case.
func step(hash uint32, c byte) uint32 { return hash*31 + uint32(c|0x20) }

// lower is the letter in lower case.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// equalFold tells whether the text is that word, whose letters are in lower case.
func equalFold(text, word string) bool {
	if len(text) != len(word) {
		return false
	}
	for i := range len(text) {
		if lower(text[i]) != word[i] {
			return false
		}
	}
	return true
}
