package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// licences are the kinds of licence that the modules of the program have, by words that only theirs have; what a file with several has is the
// first.
var licences = []struct {
	kind  string
	words *regexp.Regexp
}{
	{"MPL", regexp.MustCompile(`Mozilla Public License`)},
	{"Apache", regexp.MustCompile(`Apache License\s+Version 2\.0`)},
	{"MIT", regexp.MustCompile(`Permission is hereby granted, free\s+of charge, to any person`)},
	{"BSD", regexp.MustCompile(`Redistribution and use in source and binary forms`)},
	{"ISC", regexp.MustCompile(`Permission to use, copy, modify, and(/or)? distribute this\s+software`)},
}

// weak are the modules under a licence that asks for the source of its own files, which nobody has changed (docs/adr/0009-licences.md).
var weak = map[string]bool{"github.com/go-sql-driver/mysql": true, "github.com/hashicorp/go-uuid": true}

func TestModulesHavePermissiveLicences(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Dir}}{{end}}", "./cmd/mod")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if path == "" || seen[path] || strings.HasPrefix(path, "github.com/modsql/") {
			continue
		}
		seen[path] = true
		switch kind := licenceIn(dir); {
		case kind == "":
			t.Errorf("%s: no licence that is known", path)
		case kind == "MPL" && !weak[path]:
			t.Errorf("%s is under the MPL, and docs/adr/0009-licences.md does not say why", path)
		}
	}
	if len(seen) < 50 {
		t.Errorf("%d modules are linked: has nobody looked at the others?", len(seen))
	}
}

// licenceIn is the kind of the licence in a module's folder, "" for none that is known.
func licenceIn(dir string) string {
	names, _ := filepath.Glob(filepath.Join(dir, "*")) // the pattern is a good one
	for _, name := range names {
		word := strings.ToUpper(filepath.Base(name))
		if !strings.HasPrefix(word, "LICEN") && !strings.HasPrefix(word, "COPYING") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a folder of licences
		}
		for _, l := range licences {
			if l.words.Match(text) {
				return l.kind
			}
		}
	}
	return ""
}
