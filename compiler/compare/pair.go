package compare

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// pair is a node as a manifest described it, and as this one does.
type pair struct {
	old, now map[string]any
	node     *compiler.Node
}

// same tells whether nothing of a node changed that dbt compares, but for macros and the contract.
func (p pair) same() bool {
	if !p.equal(p.properties()...) {
		return false
	}
	switch {
	case p.node.Type == compiler.Source:
		return p.samePlace() && p.sameConfig()
	case p.node.Type == compiler.Exposure:
		return p.sameDependencies() && p.sameConfig()
	case p.node.Type == compiler.UnitTest:
		return true
	case p.node.Type == compiler.Test && p.now["test_metadata"] != nil:
		return p.sameConfig()
	}
	return p.sameBody() && p.sameConfig() && p.sameDescriptions() && p.samePlace()
}

// equal tells whether the values of those keys are what they were. What is empty, null or missing is the same.
func (p pair) equal(keys ...string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return !equal(p.old[key], p.now[key]) })
}

func (p pair) sameBody() bool {
	if p.node.Type == compiler.Seed {
		return p.equal("checksum")
	}
	return p.equal("raw_code")
}

// elsewhere are configs that are compared as something else, or not at all.
var elsewhere = []string{"alias", "schema", "database", "tags", "group"}

// ofTests are the configs of a test that change what it finds.
var ofTests = []string{
	"severity", "where", "limit", "fail_calc", "warn_if", "error_if", "store_failures", "store_failures_as", "sql_header",
}

// sameConfig compares configs as they were written, so that a template is the same in every environment.
func (p pair) sameConfig() bool {
	old, now := mapAt(p.old, "unrendered_config"), mapAt(p.now, "unrendered_config")
	for _, key := range keysOf(old, now) {
		if slices.Contains(elsewhere, key) || p.node.Type == compiler.Test && !slices.Contains(ofTests, key) {
			continue
		}
		if !sameWritten(old[key], now[key]) {
			return false
		}
	}
	return true
}

// sameWritten tells whether two configs are written the same. One that was kept as a value is the same as its text.
func sameWritten(a, b any) bool {
	if equal(a, b) {
		return true
	}
	if text, ok := a.(string); ok {
		return text == spelled(b)
	}
	text, ok := b.(string)
	return ok && text == spelled(a)
}

// spelled is a value as a template writes it.
func spelled(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case string:
		return jinja.Repr(v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = spelled(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v)
}

// samePlace compares where a node is stored: what was written of it, since every environment has a place of its own.
func (p pair) samePlace() bool {
	switch p.node.Type {
	case compiler.Source:
		return p.equal("unrendered_database", "unrendered_schema", "identifier")
	case compiler.Exposure, compiler.UnitTest:
		return true
	}
	old, now := mapAt(p.old, "unrendered_config"), mapAt(p.now, "unrendered_config")
	return !slices.ContainsFunc([]string{"database", "schema", "alias"}, func(key string) bool { return !equal(old[key], now[key]) })
}

// sameDescriptions compares the descriptions that the warehouse is told of.
func (p pair) sameDescriptions() bool {
	persist := mapAt(mapAt(p.now, "config"), "persist_docs")
	if persist["relation"] == true && !equal(p.old["description"], p.now["description"]) {
		return false
	}
	if persist["columns"] != true {
		return true
	}
	old, now := mapAt(p.old, "columns"), mapAt(p.now, "columns")
	for _, name := range keysOf(old, now) {
		if old[name] == nil || now[name] == nil || !equal(mapAt(old, name)["description"], mapAt(now, name)["description"]) {
			return false
		}
	}
	return true
}

func (p pair) sameDependencies() bool {
	return slices.Equal(sortedTexts(mapAt(p.old, "depends_on")["nodes"]), sortedTexts(mapAt(p.now, "depends_on")["nodes"]))
}

func sortedTexts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, item := range list {
		text, _ := item.(string)
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

func mapAt(m map[string]any, key string) map[string]any {
	inner, _ := m[key].(map[string]any)
	return inner
}

// equal tells whether two values of JSON mean the same: nothing is nothing, however it is written, and text counts without the white
// space around it.
func equal(a, b any) bool {
	if blank(a) || blank(b) {
		return blank(a) && blank(b)
	}
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return ok && strings.TrimSpace(x) == strings.TrimSpace(y)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && !slices.ContainsFunc(keysOf(x, y), func(key string) bool { return !equal(x[key], y[key]) })
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	}
	return reflect.DeepEqual(a, b)
}

func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, item := range v {
			if !blank(item) {
				return false
			}
		}
		return true
	}
	return false
}
