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

// findMistake looks for a slip at the line the parser names, then just above it, then just below.
func findMistake(text string, line int) *mistake {
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
	return nil
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
