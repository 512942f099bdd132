package project

import (
	"regexp"
	"strings"
)

// mistake is a common slip in YAML, found by looking at the text because the parser's own message says little.
type mistake struct {
	start, end    int
	message, hint string
}

var (
	tabIndent      = regexp.MustCompile(`^ *\t+`)
	bareTemplate   = regexp.MustCompile(`^\s*(?:- +)*(?:[^\s:#'"][^:#'"]*: +)?(\{\{[^\n]*|\{%[^\n]*)$`)
	colonInValue   = regexp.MustCompile(`^\s*(?:- +)*[^\s:#'"{\[][^:#'"]*: +([^'"\s#|>&*!{\[][^#]*?: [^#]*?)\s*(?:#.*)?$`)
	missingColon   = regexp.MustCompile(`^(\s*)([A-Za-z_][\w+-]*)\s*$`)
	noSpaceColon   = regexp.MustCompile(`^\s*(?:- +)?([A-Za-z_+][\w+-]*:)([^\s:/]\S*)\s*$`)
	specialStart   = regexp.MustCompile(`^\s*(?:- +)*(?:[^\s:#'"][^:#'"]*: +)?([@%` + "`" + `]\S*)`)
	afterQuoted    = regexp.MustCompile(`^\s*(?:- +)*(?:[^\s:#'"][^:#'"]*: +)?((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*[^\s#:,\]}].*)$`)
	sequenceNoStep = regexp.MustCompile(`^\s*-([A-Za-z_]\S*)`)
)

// findMistake looks for a slip at the line the parser names, then just above it, then just below; message is the parser's.
func findMistake(text, message string, line int) *mistake {
	if m := findByMessage(text, message); m != nil {
		return m
	}
	lines := strings.SplitAfter(text, "\n")
	starts := make([]int, len(lines))
	for i, offset := 0, 0; i < len(lines); i++ {
		starts[i] = offset
		offset += len(lines[i])
	}
	for _, look := range []func(string) *mistake{findTab, findTemplate, findValue} {
		for _, n := range []int{line - 1, line - 2, line, line - 3, line + 1} {
			if n < 0 || n >= len(lines) {
				continue
			}
			if m := look(strings.TrimRight(lines[n], "\r\n")); m != nil {
				m.start += starts[n]
				m.end += starts[n]
				return m
			}
		}
	}
	if m := findOpenQuote(text); m != nil {
		return m
	}
	return findIndent(lines, starts)
}

var unknownAnchor = regexp.MustCompile(`unknown anchor '([^']*)'`)

// findByMessage finds what the parser's message is enough to find.
func findByMessage(text, message string) *mistake {
	switch {
	case strings.Contains(message, "control characters"):
		for i := 0; i < len(text); i++ {
			if c := text[i]; c < 0x20 && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
				return &mistake{start: i, end: i + 1, message: "a control character", hint: "remove it"}
			}
		}
	case strings.Contains(message, "',' or"):
		return findOpenBracket(text)
	}
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		if i := strings.Index(text, "*"+m[1]); i >= 0 {
			return &mistake{start: i, end: i + 1 + len(m[1]), message: "there is no anchor &" + m[1], hint: "define it above, or quote the value"}
		}
	}
	return nil
}

// findOpenBracket finds the innermost bracket that is open where a line begins that looks like a key.
func findOpenBracket(text string) *mistake {
	var open []int
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"', '\'':
			if i == 0 || strings.IndexByte(" [{,:", text[i-1]) >= 0 {
				i += quotedEnd(text[i:]) - 1
			}
		case '#':
			if i == 0 || text[i-1] == ' ' || text[i-1] == '\n' {
				for i+1 < len(text) && text[i+1] != '\n' {
					i++
				}
			}
		case '[', '{':
			if len(open) > 0 || i == 0 || strings.IndexByte(" -:[{,", text[i-1]) >= 0 {
				open = append(open, i)
			}
		case ']', '}':
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case '\n':
			if len(open) > 0 && blockLine.MatchString(text[i+1:]) {
				i = len(text)
			}
		}
	}
	if len(open) == 0 {
		return nil
	}
	at := open[len(open)-1]
	closing := map[byte]string{'[': "]", '{': "}"}[text[at]]
	return &mistake{start: at, end: at + 1, message: "the " + text[at:at+1] + " is not closed", hint: `close it with "` + closing + `"`}
}

// blockLine is a line that begins an entry or a key of its own.
var blockLine = regexp.MustCompile(`^ *(?:- |[A-Za-z_][\w -]*:(?: |\r?\n|$))`)

var quotedValue = regexp.MustCompile(`(?m)^\s*(?:- +)*(?:[^\s:#'"][^:#'"\n]*: +)?(["'])`)

// findOpenQuote finds a quote that is closed nowhere, or only far below.
func findOpenQuote(text string) *mistake {
	for from := 0; from < len(text); {
		m := quotedValue.FindStringSubmatchIndex(text[from:])
		if m == nil {
			return nil
		}
		at := from + m[2]
		length := quotedEnd(text[at:])
		closed := length > 1 && text[at+length-1] == text[at] && (length != len(text)-at || text[len(text)-1] == text[at])
		if !closed {
			return &mistake{start: at, end: at + 1, message: "the quote is not closed", hint: "close it at the end of the value"}
		}
		from = at + length
	}
	return nil
}

var entryDashes = regexp.MustCompile(`^(?:- +)+`)

// findIndent finds the first line that is less indented than the one above it but matches none before.
func findIndent(lines []string, starts []int) *mistake {
	levels := []int{0}
	block := -1 // the indentation of the key that holds a block of text
	for i, line := range lines {
		body := strings.TrimLeft(line, " ")
		indent := len(line) - len(body)
		body = strings.TrimRight(body, " \r\n")
		if body == "" || body[0] == '#' || block >= 0 && indent > block {
			continue
		}
		block = -1
		for len(levels) > 1 && levels[len(levels)-1] > indent {
			levels = levels[:len(levels)-1]
		}
		if top := levels[len(levels)-1]; top < indent {
			if i > 0 && deepest(lines, i) > indent {
				return &mistake{start: starts[i] + indent, end: starts[i] + indent + len(body), message: "the indentation matches no line above",
					hint: "indent it as deep as the lines it belongs to"}
			}
			levels = append(levels, indent)
		}
		if dashes := entryDashes.FindString(body); dashes != "" {
			levels = append(levels, indent+len(dashes))
		}
		if strings.HasSuffix(body, "|") || strings.HasSuffix(body, ">") || strings.HasSuffix(body, "|-") || strings.HasSuffix(body, ">-") {
			block = indent
		}
	}
	return nil
}

// deepest is the indentation of the entry or key on the last line before i that is not blank.
func deepest(lines []string, i int) int {
	for i--; i >= 0; i-- {
		body := strings.TrimLeft(lines[i], " ")
		if trimmed := strings.TrimSpace(body); trimmed != "" && trimmed[0] != '#' {
			return len(lines[i]) - len(body) + len(entryDashes.FindString(body))
		}
	}
	return 0
}

func findTab(line string) *mistake {
	m := tabIndent.FindStringIndex(line)
	if m == nil || strings.TrimSpace(line) == "" {
		return nil
	}
	return &mistake{start: strings.IndexByte(line, '\t'), end: m[1], message: "a tab in the indentation", hint: "indent with spaces"}
}

func findTemplate(line string) *mistake {
	m := bareTemplate.FindStringSubmatchIndex(line)
	if m == nil {
		return nil
	}
	value := strings.TrimSpace(line[m[2]:m[3]])
	return &mistake{start: m[2], end: m[2] + len(value), message: "a value that starts with " + value[:2] + " must be quoted", hint: `write "` + value + `"`}
}

func findValue(line string) *mistake {
	if m := afterQuoted.FindStringSubmatchIndex(line); m != nil {
		return &mistake{start: m[2], end: m[3], message: "text after a quoted value", hint: "quote the whole value"}
	}
	if m := colonInValue.FindStringSubmatchIndex(line); m != nil {
		return &mistake{start: m[2], end: m[3], message: `": " inside of a value that is not quoted`, hint: "quote the value"}
	}
	if m := specialStart.FindStringSubmatchIndex(line); m != nil {
		return &mistake{start: m[2], end: m[3], message: "a value cannot start with " + line[m[2]:m[2]+1], hint: "quote the value"}
	}
	if m := noSpaceColon.FindStringSubmatchIndex(line); m != nil {
		return &mistake{start: m[2], end: m[5], message: "no space after the colon", hint: `write "` + line[m[2]:m[3]] + " " + line[m[4]:m[5]] + `"`}
	}
	if m := missingColon.FindStringSubmatchIndex(line); m != nil {
		return &mistake{start: m[4], end: m[5], message: "a key without a colon", hint: `write "` + line[m[4]:m[5]] + `:"`}
	}
	if m := sequenceNoStep.FindStringSubmatchIndex(line); m != nil {
		return &mistake{start: m[2] - 1, end: m[3], message: "no space after the dash", hint: `write "- ` + line[m[2]:m[3]] + `"`}
	}
	return nil
}
