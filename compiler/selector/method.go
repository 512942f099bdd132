package selector

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
)

// method is one way of picking nodes: what stands before the colon of a criterion.
type method struct {
	name string
	// match tells whether a node is picked; nil for methods that ask about the past.
	match func(c *criterion, n *compiler.Node) bool
	// past is match for methods that compare with an earlier state; nil for the others.
	past func(e Earlier, value string, n *compiler.Node) (bool, error)
	// columns is set for the method that follows columns: it has neighbours of its own.
	columns bool
	// values are what the user could write to pick the node, for suggestions and completion; may be nil.
	values func(n *compiler.Node) []string
	// check returns what is wrong with a criterion's value, "" if nothing is; may be nil.
	check func(c *criterion) (message, hint string)
}

// selectorMethod is the method that picks what a named selector picks.
const selectorMethod = "selector"

// methods are all methods, in the order in which they are listed to users.
func methods() []*method {
	return []*method{
		{name: "fqn", match: matchName, values: names},
		{name: "tag", match: among(tags), values: tags},
		{name: "path", match: matchPath, values: paths},
		{name: "file", match: matchFile, values: files},
		{name: "source", match: matchSource, values: sources, check: dotted(3, "source:[package.]source[.table]")},
		{name: "config", match: matchConfig, check: checkConfig},
		{name: "resource_type", match: matchType, values: types, check: oneOf("resource type", resourceTypes...)},
		{name: "package", match: matchPackage, values: packages},
		{name: "test_name", match: among(testNames), values: testNames},
		{name: "test_type", match: matchTestType, check: oneOf("test type", "generic", "singular", "unit", "data", "schema")},
		{name: "group", match: among(groups), values: groups},
		{name: "access", match: matchAccess, check: oneOf("access", "private", "protected", "public")},
		{name: "version", match: matchVersion, check: oneOf("version", "latest", "prerelease", "old", "none")},
		{name: "sync", match: named(compiler.Sync), values: namesOf(compiler.Sync), check: dotted(2, "sync:[package.]name")},
		{name: "exposure", match: named(compiler.Exposure), values: namesOf(compiler.Exposure), check: dotted(2, "exposure:[package.]name")},
		{name: "unit_test", match: named(compiler.UnitTest), values: namesOf(compiler.UnitTest), check: dotted(2, "unit_test:[package.]name")},
		{name: "metric", match: named(compiler.Metric), values: namesOf(compiler.Metric), check: dotted(2, "metric:[package.]name")},
		{name: "semantic_model", match: named(compiler.SemanticModel), values: namesOf(compiler.SemanticModel), check: dotted(2, "semantic_model:[package.]name")},
		{name: "saved_query", match: named(compiler.SavedQuery), values: namesOf(compiler.SavedQuery), check: dotted(2, "saved_query:[package.]name")},
		{name: "column", columns: true, check: columnValue},
		{name: selectorMethod},
		{name: "state", past: Earlier.State, check: oneOf("state", changes...)},
		{name: "result", past: Earlier.Result, check: oneOf("result", statuses...)},
		{name: "source_status", past: Earlier.SourceStatus, check: oneOf("source status", "fresher")},
	}
}

// resourceTypes are the types that a criterion and --resource-type may name.
var resourceTypes = []string{
	string(compiler.Model), string(compiler.Seed), string(compiler.Snapshot), string(compiler.Test), string(compiler.UnitTest),
	string(compiler.Source), string(compiler.Exposure), string(compiler.Analysis), string(compiler.Function), string(compiler.Metric), string(compiler.SemanticModel), string(compiler.SavedQuery), string(compiler.Sync),
}

// Methods are the names of all methods.
func Methods() []string {
	var names []string
	for _, m := range methods() {
		names = append(names, m.name)
	}
	return names
}

func methodNamed(name string) *method {
	all := methods()
	if i := slices.IndexFunc(all, func(m *method) bool { return m.name == name }); i >= 0 {
		return all[i]
	}
	return nil
}

// among matches nodes that have a value which the criterion's is a pattern of.
func among(values func(*compiler.Node) []string) func(*criterion, *compiler.Node) bool {
	return func(c *criterion, n *compiler.Node) bool {
		return slices.ContainsFunc(values(n), func(v string) bool { return glob(c.value, v) })
	}
}

func tags(n *compiler.Node) []string { return n.Tags }

func types(n *compiler.Node) []string { return []string{string(n.Type)} }

func packages(n *compiler.Node) []string { return []string{packageName(n)} }

func packageName(n *compiler.Node) string {
	if n.Package == nil {
		return ""
	}
	return n.Package.Name
}

func matchPackage(c *criterion, n *compiler.Node) bool {
	return c.value == "this" && n.Package != nil && n.Package.IsRoot || glob(c.value, packageName(n))
}

func matchType(c *criterion, n *compiler.Node) bool { return string(n.Type) == c.value }

func matchSource(c *criterion, n *compiler.Node) bool {
	if n.Type != compiler.Source || n.Table == nil {
		return false
	}
	parts := strings.Split(c.value, ".")
	switch len(parts) {
	case 1:
		parts = []string{"*", parts[0], "*"}
	case 2:
		parts = []string{"*", parts[0], parts[1]}
	}
	return glob(parts[0], packageName(n)) && glob(parts[1], n.Table.Source.Name) && glob(parts[2], n.Name)
}

func sources(n *compiler.Node) []string {
	if n.Type != compiler.Source || n.Table == nil {
		return nil
	}
	return []string{n.Table.Source.Name, n.Table.Source.Name + "." + n.Name}
}

// named matches nodes of a type by their name, or package and name.
func named(t compiler.Type) func(*criterion, *compiler.Node) bool {
	return func(c *criterion, n *compiler.Node) bool {
		if n.Type != t {
			return false
		}
		if pkg, name, ok := strings.Cut(c.value, "."); ok {
			return glob(pkg, packageName(n)) && glob(name, n.Name)
		}
		return glob(c.value, n.Name)
	}
}

func namesOf(t compiler.Type) func(*compiler.Node) []string {
	return func(n *compiler.Node) []string {
		if n.Type != t {
			return nil
		}
		return []string{n.Name}
	}
}

func testNames(n *compiler.Node) []string {
	switch {
	case n.Type == compiler.UnitTest:
		return []string{n.Name}
	case n.Test != nil && n.Test.Name != "":
		return []string{n.Test.Name}
	default:
		return nil
	}
}

func matchTestType(c *criterion, n *compiler.Node) bool {
	generic := n.Type == compiler.Test && n.Test != nil && n.Test.Name != ""
	switch c.value {
	case "generic", "schema":
		return generic
	case "singular":
		return n.Type == compiler.Test && !generic
	case "data":
		return n.Type == compiler.Test
	default:
		return n.Type == compiler.UnitTest
	}
}

func groups(n *compiler.Node) []string {
	if n.Config != nil {
		if group := n.Config.String("group"); group != "" {
			return []string{group}
		}
	}
	if n.Props != nil && n.Props.Group != "" {
		return []string{n.Props.Group}
	}
	return nil
}

func matchAccess(c *criterion, n *compiler.Node) bool {
	return n.Type == compiler.Model && access(n) == c.value
}

func access(n *compiler.Node) string {
	if n.Config != nil {
		if a := n.Config.String("access"); a != "" {
			return a
		}
	}
	if n.Props != nil && n.Props.Access != "" {
		return n.Props.Access
	}
	return "protected"
}

// matchPath matches the file a node is defined in, the YAML file of its properties, and the folders of the former.
func matchPath(c *criterion, n *compiler.Node) bool {
	pattern := strings.Split(path.Clean(strings.ReplaceAll(c.value, `\`, "/")), "/")
	for i, file := range paths(n) {
		parts := strings.Split(file, "/")
		if globPath(pattern, parts) {
			return true
		}
		if i > 0 {
			continue
		}
		for end := len(parts) - 1; end > 0; end-- {
			if globPath(pattern, parts[:end]) {
				return true
			}
		}
	}
	return false
}

// paths are the files a node comes from, from the root project's folder; its own is the first.
func paths(n *compiler.Node) []string {
	var out []string
	if n.File != nil && n.File.Source != nil {
		out = append(out, n.File.Source.Path)
	}
	if n.Props != nil && n.Props.File != nil && n.Props.File != n.File && n.Props.File.Source != nil {
		out = append(out, n.Props.File.Source.Path)
	}
	return out
}

func matchFile(c *criterion, n *compiler.Node) bool {
	return slices.ContainsFunc(files(n), func(name string) bool {
		return glob(c.value, name) || glob(c.value, strings.TrimSuffix(name, path.Ext(name)))
	})
}

func files(n *compiler.Node) []string {
	if n.File == nil || n.File.Source == nil {
		return nil
	}
	return []string{path.Base(n.File.Source.Path)}
}

func matchConfig(c *criterion, n *compiler.Node) bool {
	if n.Config == nil || n.Type == compiler.Exposure || n.Type == compiler.UnitTest || n.Type == compiler.Sync {
		return false
	}
	value := n.Config.Get(c.args[0])
	for _, key := range c.args[1:] {
		inner, ok := value.(map[string]any)
		if !ok {
			return false
		}
		value = inner[key]
	}
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, func(v any) bool { return sameValue(c.value, v) })
	}
	return sameValue(c.value, value) || slices.Equal(c.args, []string{"severity"}) && strings.EqualFold(c.value, fmt.Sprint(value))
}

func sameValue(written string, value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return strings.EqualFold(written, fmt.Sprint(v))
	default:
		return written == fmt.Sprint(v)
	}
}

func checkConfig(c *criterion) (message, hint string) {
	if len(c.args) == 0 {
		return fmt.Sprintf("%q does not say which config", c.at.Text()), `write it as "config.materialized:table"`
	}
	return "", ""
}

// dotted checks that a value has at most n parts.
func dotted(n int, form string) func(*criterion) (message, hint string) {
	return func(c *criterion) (message, hint string) {
		if strings.Count(c.value, ".") >= n {
			return fmt.Sprintf("%q has too many parts", c.value), `write it as "` + form + `"`
		}
		return "", ""
	}
}

// oneOf checks that a value is one of those.
func oneOf(what string, values ...string) func(*criterion) (message, hint string) {
	return func(c *criterion) (message, hint string) {
		if slices.Contains(values, c.value) {
			return "", ""
		}
		return fmt.Sprintf("there is no %s %q", what, c.value), suggest(c.value, values)
	}
}
