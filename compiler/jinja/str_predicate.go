package jinja

import (
	"strings"
	"unicode"
)

func predicate(name string) func(string) bool {
	every := func(f func(r rune) bool) func(string) bool {
		return func(s string) bool { return s != "" && strings.IndexFunc(s, func(r rune) bool { return !f(r) }) < 0 }
	}
	switch name {
	case "isalpha":
		return every(unicode.IsLetter)
	case "isalnum":
		return every(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	case "isdigit":
		return every(func(r rune) bool {
			return unicode.IsDigit(r) || strings.ContainsRune("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", r)
		})
	case "isdecimal":
		return every(unicode.IsDigit)
	case "isnumeric":
		return every(unicode.IsNumber)
	case "isspace":
		return every(isSpace)
	case "isascii":
		return ascii
	case "isprintable":
		return func(s string) bool { return s == "" || every(printable)(s) }
	case "isidentifier":
		return identifier
	case "isupper":
		return isUpper
	case "islower":
		return isLower
	case "istitle":
		return isTitle
	}
	return nil
}

func identifier(s string) bool {
	for i, r := range s {
		if !wordRune(r) || i == 0 && r != '_' && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) {
			return false
		}
	}
	return s != ""
}

func isUpper(s string) bool {
	found := false
	for _, r := range s {
		if unicode.IsLower(r) || unicode.IsTitle(r) {
			return false
		}
		found = found || unicode.IsUpper(r)
	}
	return found
}

func isLower(s string) bool {
	found := false
	for _, r := range s {
		if unicode.IsUpper(r) || unicode.IsTitle(r) {
			return false
		}
		found = found || unicode.IsLower(r)
	}
	return found
}

func isTitle(s string) bool {
	found, inWord := false, false
	for _, r := range s {
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			if inWord {
				return false
			}
			found, inWord = true, true
		case unicode.IsLower(r):
			if !inWord {
				return false
			}
			found = true
		default:
			inWord = false
		}
	}
	return found
}
