package reference

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// configRead is a config that a macro of the pack asks for.
var configRead = regexp.MustCompile(`\bconfig\.(?:get|require)\('(\w+)'`)

// TestEveryPropertyAndConfigIsDocumented finds the keys of properties in the source of the loader, and the configs in the macros.
func TestEveryPropertyAndConfigIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("properties.md")
	if err != nil {
		t.Fatal(err)
	}
	var keys, ofSyncs []string
	for _, k := range syncKeys {
		ofSyncs = append(ofSyncs, k.name)
	}
	for file, variables := range map[string][]string{
		"readnode.go":   {"nodeKeys", "configKeys", "columnKeys", "columnFields", "versionKeys"},
		"readsource.go": {"sourceKeys", "tableKeys", "macroKeys", "rawKeys"},
		"readprops.go":  {"propertyKeys"},
		"config.go":     {"mergeRules"},
	} {
		for _, v := range variables {
			found := stringsOf(t, "../../compiler/project/"+file, v)
			if len(found) == 0 {
				t.Fatalf("%s of %s has no keys", v, file)
			}
			keys = append(keys, found...)
		}
	}
	keys = slices.DeleteFunc(keys, func(k string) bool { // destinations.md has these, and configs of the project file are on its page
		return slices.Contains(ofSyncs, k) || k == "diagnostics"
	})
	configs := configsOfPack(t)
	if len(keys) < 150 || len(configs) < 30 {
		t.Fatalf("only %d keys and %d configs were found in the source", len(keys), len(configs))
	}
	slices.Sort(configs)
	for _, key := range slices.Compact(append(configs, keys...)) {
		if !strings.Contains(string(page), "`"+key+"`") && !strings.Contains(string(page), "`"+key+":") {
			t.Errorf("docs/reference/properties.md does not tell of %q", key)
		}
	}
}

func configsOfPack(t *testing.T) []string {
	t.Helper()
	var out []string
	pack := os.DirFS("../../compiler/macros/pack")
	err := fs.WalkDir(pack, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(pack, path)
		for _, m := range configRead.FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
