package project

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ignore holds the patterns of .dbtignore, which are those of gitignore: https://git-scm.com/docs/gitignore.
type ignore struct{ patterns []ignorePattern }

type ignorePattern struct {
	match  *regexp.Regexp
	negate bool
}

// ignoreFile reads a package's .dbtignore; without one it matches nothing.
func (l *loader) ignoreFile(dir string) *ignore {
	text, err := os.ReadFile(filepath.Join(dir, ".dbtignore"))
	if err != nil {
		return nil
	}
	return newIgnore(string(text))
}

func newIgnore(text string) *ignore {
	g := &ignore{}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if !strings.HasSuffix(line, `\ `) {
			line = strings.TrimRight(line, " \t")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		negate := line[0] == '!'
		line = strings.TrimPrefix(line, "!")
		if re := ignoreRegexp(line); re != nil {
			g.patterns = append(g.patterns, ignorePattern{re, negate})
		}
	}
	return g
}

// matches tells whether a file, by its path from the package's folder, is ignored; the last pattern that matches decides.
func (g *ignore) matches(rel string) bool {
	if g == nil {
		return false
	}
	ignored := false
	for _, p := range g.patterns {
		if p.match.MatchString(rel) {
			ignored = !p.negate
		}
	}
	return ignored
}

// ignoreRegexp matches the paths that the pattern names, and everything in a folder that it names. It is nil for a pattern
// that names nothing.
func ignoreRegexp(pattern string) *regexp.Regexp {
	folder := strings.HasSuffix(pattern, "/")
	pattern = strings.TrimSuffix(pattern, "/")
	anchored := strings.Contains(pattern, "/")
	pattern = strings.TrimPrefix(pattern, "/")
	if pattern == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("^")
	if !anchored {
		b.WriteString("(?:.*/)?")
	}
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch {
		case strings.HasPrefix(rest, "**/") && (i == 0 || pattern[i-1] == '/'):
			b.WriteString("(?:.*/)?")
			i += 2
		case rest == "**" && (i == 0 || pattern[i-1] == '/'):
			b.WriteString(".*")
			i++
		case pattern[i] == '*':
			b.WriteString("[^/]*")
		case pattern[i] == '?':
			b.WriteString("[^/]")
		case pattern[i] == '[' && strings.IndexByte(rest, ']') > 1:
			end := strings.IndexByte(rest, ']')
			class := strings.ReplaceAll(rest[1:end], `\`, `\\`)
			if class[0] == '!' {
				class = "^" + class[1:]
			}
			b.WriteString("[" + class + "]")
			i += end
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		}
	}
	if folder {
		b.WriteString("/.*$")
	} else {
		b.WriteString("(?:/.*)?$")
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil
	}
	return re
}
