package project

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// treeKeys are the keys of a project file that hold configs by folder, with the resource they are for.
var treeKeys = map[string]string{
	"models": "models", "seeds": "seeds", "snapshots": "snapshots", "sources": "sources", "analyses": "analyses",
	"tests": "data_tests", "data_tests": "data_tests", "unit_tests": "unit_tests", "exposures": "exposures",
	"metrics": "metrics", "semantic-models": "semantic_models", "semantic_models": "semantic_models",
	"saved-queries": "saved_queries", "saved_queries": "saved_queries", "functions": "functions",
}

// CodeMissingFolder is a folder of models that the project names and that does not exist.
const CodeMissingFolder diag.Code = "missing-folder"

// projectKeys are all keys of a project file.
var projectKeys = []string{
	"name", "version", "config-version", "profile", "model-paths", "seed-paths", "snapshot-paths", "test-paths", "analysis-paths",
	"macro-paths", "docs-paths", "asset-paths", "function-paths", "osi-paths", "source-paths", "data-paths", "target-path",
	"log-path", "packages-install-path", "clean-targets", "quoting", "on-run-start", "on-run-end", "require-dbt-version", "dispatch",
	"models", "seeds", "snapshots", "analyses", "sources", "tests", "data_tests", "unit_tests", "exposures", "metrics",
	"semantic-models", "saved-queries", "functions", "vars", "query-comment", "restrict-access", "flags", "dbt-cloud", "sync",
	"packages", "anchors", "targets", "target", "environments", "access", "retention", "diagnostics", "bare_refs",
	"destinations", "sync-paths", "state", "publish", "checks", "check-paths",
}

// olderKeys are keys that dbt once had or spells otherwise: they are accepted, or ignored as dbt ignores them.
var olderKeys = []string{"semantic_models", "saved_queries", "modules-path", "project-root"}

var (
	projectName    = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	projectVersion = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)(\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?)?(\+[0-9A-Za-z.-]+)?$`)
)

// reservedNames are names that the template context needs for itself.
var reservedNames = strings.Fields(`_sql_results adapter api column config context database env env_var exceptions execute flags
	fromjson fromyaml graph invocation_id load_agate_table load_result log model modules post_hooks pre_hooks ref render return
	run_started_at schema source sql sql_now store_result store_raw_result target this tojson toyaml try_or_compiler_error var write`)

// projectReader reads one project file.
type projectReader struct {
	decoder
	l   *loader
	pkg *Package
	raw *rawProject
}

// newPackage makes a package of its project file.
func (l *loader) newPackage(file *rawProject, isRoot bool) *Package {
	pkg := &Package{Dir: file.dir, Source: file.src, IsRoot: isRoot, Configs: map[string]*Tree{},
		Vars: jinja.NewDict(), Quoting: jinja.NewDict(), Flags: jinja.NewDict(), Cloud: jinja.NewDict()}
	r := &projectReader{decoder: decoder{list: l.list, strict: l.options.Strict && isRoot, dated: l.options.Dated && isRoot}, l: l, pkg: pkg, raw: file}
	r.vars()
	vars := jinja.NewDict()
	if isRoot { // dbt gives packages neither the command line's variables nor vars.yml while it reads their project files
		if _, inFile := file.yaml.pair("vars"); inFile == nil {
			Merge(vars, pkg.Vars)
		}
		Merge(vars, l.project.CLIVars)
	}
	r.renderer = &renderer{list: l.list, skip: lateInProject,
		globals: &baseContext{env: l.project.Env, vars: vars, target: l.project.Target.Dict}}
	r.identity()
	r.paths()
	r.trees()
	r.settings()
	if isRoot {
		r.own()
	}
	r.checkKeys(file.yaml, "a key of a project file", projectKeys, olderKeys)
	return pkg
}

// lateInProject tells what dbt renders later or never: hooks, the query comment, vars.
func lateInProject(path []string) bool {
	if len(path) == 0 {
		return false
	}
	switch path[0] {
	case "on-run-start", "on-run-end", "query-comment", "vars":
		return true
	case "models", "seeds", "snapshots", "tests", "data_tests":
		return slices.ContainsFunc(path, func(step string) bool {
			name := configName(strings.TrimLeft(step, "+ "))
			return name == "pre_hook" || name == "post_hook"
		})
	}
	return false
}

// get is a key's value in the file and the renderer's path set to it.
func (r *projectReader) get(key string) *node { return r.raw.yaml.get(key) }

// value is a key's rendered value, nil if it is not given.
func (r *projectReader) value(key string) jinja.Value {
	n := r.get(key)
	if n.isNull() {
		return nil
	}
	return r.renderer.at(key, n)
}

func (r *projectReader) identity() {
	n := r.get("name")
	switch {
	case n.isNull():
		r.list.Errorf(r.raw.yaml.at, CodeInvalidProject, "the project has no name").Hint = `add "name: my_project"`
	case n.kind != scalar:
		r.list.Errorf(n.at, CodeInvalidProject, "the project's name must be text, not a %s", n.kind)
	default:
		r.pkg.Name = jinja.Str(r.value("name"))
		if !projectName.MatchString(r.pkg.Name) {
			r.list.Errorf(n.at, CodeInvalidProject, "%q is not a name for a project", r.pkg.Name).Hint = "use letters, digits and underscores, and no digit first"
		} else if slices.Contains(reservedNames, r.pkg.Name) {
			r.list.Errorf(n.at, CodeInvalidProject, "%q is a reserved word", r.pkg.Name).Hint = "choose another name for the project"
		}
	}
	if n := r.get("version"); !n.isNull() {
		r.pkg.Version = jinja.Str(r.value("version"))
		if n.kind != scalar || !projectVersion.MatchString(r.pkg.Version) && n.plain && resolveIsText(n) {
			r.list.Errorf(n.at, CodeInvalidProject, "%q is not a version", n.at.Text()).Hint = `write it as "1.0.0"`
		}
	}
	if n := r.get("config-version"); !n.isNull() && r.value("config-version") != 2 {
		r.list.Errorf(n.at, CodeInvalidProject, "config-version must be 2, not %s", n.at.Text())
	}
	if v := r.value("profile"); v != nil {
		r.pkg.Profile = jinja.Str(v)
	}
	r.requiredVersion()
}

func resolveIsText(n *node) bool {
	_, ok := resolveScalar(n).(string)
	return ok
}

// texts is a list of text, or a single text.
func (r *projectReader) texts(key string) []string {
	n := r.get(key)
	if n.isNull() {
		return nil
	}
	return r.decoder.texts(n, r.value(key), key)
}

func (r *projectReader) paths() {
	p := &r.pkg.Paths
	list := func(fallback []string, keys ...string) []string {
		for i, key := range keys {
			n := r.get(key)
			if n.isNull() {
				continue
			}
			if i > 0 && !r.get(keys[0]).isNull() {
				r.list.Errorf(n.at, CodeInvalidProject, "%s and %s are the same", key, keys[0]).Hint = "remove " + key
				continue
			}
			if n.kind == scalar {
				r.wrongType(n, key, "a list of folders")
				continue
			}
			if i > 0 {
				r.renamed(key, keys[0])
			}
			return cleanPaths(r.texts(key))
		}
		return fallback
	}
	p.Models = list([]string{"models"}, "model-paths", "source-paths")
	r.checkFolders("model-paths")
	p.Seeds = list([]string{"seeds"}, "seed-paths", "data-paths")
	p.Snapshots = list([]string{"snapshots"}, "snapshot-paths")
	p.Tests = list([]string{"tests"}, "test-paths")
	p.Analyses = list([]string{"analyses"}, "analysis-paths")
	p.Macros = list([]string{"macros"}, "macro-paths")
	p.Functions = list([]string{"functions"}, "function-paths")
	if !r.get("destinations").isNull() || !r.get("sync-paths").isNull() { // elsewhere a folder of that name may be anything
		p.Syncs = list([]string{"syncs"}, "sync-paths")
	}
	if r.native() || !r.get("checks").isNull() || !r.get("check-paths").isNull() { // as with syncs
		p.Checks = list([]string{"checks"}, "check-paths")
	}
	p.Docs = list(p.all(), "docs-paths")
	p.Assets = list(nil, "asset-paths")
	text := func(key, fallback string) string {
		if v := r.value(key); v != nil {
			return jinja.Str(v)
		}
		return fallback
	}
	r.renamed("target-path", "--target-path")
	r.renamed("log-path", "--log-path")
	p.Target = text("target-path", "target")
	p.Packages = text("packages-install-path", "dbt_packages")
	p.Logs = text("log-path", "logs")
	p.Clean = []string{p.Target}
	if !r.get("clean-targets").isNull() {
		p.Clean = r.texts("clean-targets")
	}
	if dir, ok := r.l.project.Env.values["DBT_TARGET_PATH"]; ok && dir != "" && r.pkg.IsRoot {
		p.Target = dir
	}
}

// renamed reports a key that has given way to another key, or to a flag.
func (r *projectReader) renamed(key, to string) {
	if k, _ := r.raw.yaml.pair(key); k != nil {
		fix := respell(k, to)
		if strings.HasPrefix(to, "--") {
			fix = nil // it is no key any more
		}
		r.old(k, `"`+key+`" is an old key of a project file`, "use "+to, fix...)
	}
}

// checkFolders warns of folders that the root project names and that are not there: what should be in them is missed in silence.
func (r *projectReader) checkFolders(key string) {
	n := r.get(key)
	if n == nil || n.kind != sequence || !r.pkg.IsRoot {
		return
	}
	var folders []string
	entries, _ := os.ReadDir(r.pkg.Dir) // without them there is nothing to suggest
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	for _, item := range n.items {
		name := item.text
		if _, err := os.Stat(filepath.Join(r.pkg.Dir, filepath.FromSlash(name))); os.IsNotExist(err) && !strings.Contains(name, "{") {
			r.list.Warnf(item.at, CodeMissingFolder, "there is no folder %q", name).Hint = diag.DidYouMean(name, folders)
		}
	}
}

// all are the folders that may hold properties and docs.
func (p *Paths) all() []string {
	return cleanPaths(slices.Concat(p.Models, p.Seeds, p.Snapshots, p.Analyses, p.Macros, p.Tests, p.Functions, p.Syncs))
}

func (r *projectReader) trees() {
	for i := 0; i+1 < len(r.raw.yaml.items); i += 2 {
		k, v := r.raw.yaml.items[i], r.raw.yaml.items[i+1]
		resource, ok := treeKeys[k.text]
		if !ok || v.isNull() {
			continue
		}
		if v.kind != mapping {
			r.wrongType(v, k.text, "a mapping of configs")
			continue
		}
		if k.text == "tests" && !r.get("data_tests").isNull() {
			r.list.Errorf(k.at, CodeInvalidProject, "tests and data_tests are the same").Hint = "remove tests"
			continue
		}
		if k.text != strings.ReplaceAll(resource, "_", "-") && k.text != resource {
			r.old(k, `"`+k.text+`:" is an old spelling`, `write "`+resource+`:"`, respell(k, resource)...)
		}
		r.renderer.path = append(r.renderer.path[:0], k.text)
		r.pkg.Configs[resource] = r.tree(v)
		r.renderer.path = r.renderer.path[:0]
	}
}

// dictConfigs are configs whose value is a mapping: without "+" dbt takes them for a folder.
var dictConfigs = []string{"meta", "grants", "persist_docs", "column_types", "quoting", "docs", "contract", "snapshot_meta_column_names",
	"freshness", "partition_by", "labels", "tblproperties", "diagnostics"}

// tree reads the configs of a folder and of those in it. As in dbt, a key with "+" is a config, and so is one whose value is no
// mapping; any other is a folder, a package or a node.
func (r *projectReader) tree(n *node) *Tree {
	t := &Tree{Layer: newLayer()}
	for i := 0; i+1 < len(n.items); i += 2 {
		k, v := n.items[i], n.items[i+1]
		if !strings.HasPrefix(k.text, "+") && v.kind == mapping {
			if slices.Contains(dictConfigs, k.text) {
				r.loose(k, CodeUnknownKey, `"`+k.text+`" without "+" is the name of a folder, not a config`, `write "+`+k.text+`"`).Fix = respell(k, "+"+k.text)
			}
			if t.Children == nil {
				t.Children, t.At = map[string]*Tree{}, map[string]diag.Span{}
			}
			r.renderer.path = append(r.renderer.path, k.text)
			t.Children[k.text] = r.tree(v)
			r.renderer.path = r.renderer.path[:len(r.renderer.path)-1]
			t.At[k.text] = k.at
			continue
		}
		if !strings.HasPrefix(k.text, "+") {
			r.old(k, `config "`+k.text+`" without "+"`, `write "+`+k.text+`"`, respell(k, "+"+k.text)...)
		}
		name := configName(k.text)
		t.Layer.At[name] = k.at
		t.Layer.Values.Put(name, r.renderer.at(k.text, v))
		t.Layer.Unrendered.Put(name, raw(v, r.list))
	}
	return t
}

func newLayer() Layer {
	return Layer{Values: jinja.NewDict(), Unrendered: jinja.NewDict(), At: map[string]diag.Span{}}
}

func (r *projectReader) settings() {
	r.dispatch()
	r.pkg.OnRunStart = r.hooks("on-run-start")
	r.pkg.OnRunEnd = r.hooks("on-run-end")
	r.queryComment()
	for key, into := range map[string]**jinja.Dict{"quoting": &r.pkg.Quoting, "flags": &r.pkg.Flags, "dbt-cloud": &r.pkg.Cloud} {
		if n := r.get(key); !n.isNull() {
			if n.kind != mapping {
				r.wrongType(n, key, "a mapping")
				continue
			}
			*into = r.value(key).(*jinja.Dict)
		}
	}
	if n := r.get("quoting"); n != nil && n.kind == mapping {
		r.checkKeys(n, "a part of a name that can be quoted", []string{"database", "schema", "identifier", "project", "snowflake_ignore_case"}, nil)
	}
	if v := r.value("bare_refs"); v != nil {
		r.pkg.BareRefs = jinja.Truth(v)
	}
	if v := r.value("restrict-access"); v != nil {
		r.pkg.RestrictAccess = jinja.Truth(v)
	}
}

func (r *projectReader) dispatch() {
	n := r.get("dispatch")
	if n.isNull() {
		return
	}
	if n.kind != sequence {
		r.wrongType(n, "dispatch", "a list")
		return
	}
	r.renderer.path = append(r.renderer.path[:0], "dispatch")
	for _, item := range n.items {
		namespace, search := item.get("macro_namespace"), item.get("search_order")
		if namespace.isNull() || search == nil || search.kind != sequence {
			r.list.Errorf(item.at, CodeInvalidProject, "an entry of dispatch needs macro_namespace and search_order").
				Hint = "write {macro_namespace: dbt_utils, search_order: [my_project, dbt_utils]}"
			continue
		}
		r.pkg.Dispatch = append(r.pkg.Dispatch, Dispatch{Namespace: jinja.Str(r.renderer.value(namespace)),
			Search: r.decoder.texts(search, r.renderer.value(search), "search_order")})
	}
	r.renderer.path = r.renderer.path[:0]
}

// hooks reads a text or a list of them; they are rendered when they run.
func (r *projectReader) hooks(key string) []Text {
	n := r.get(key)
	if n.isNull() {
		return nil
	}
	items := []*node{n}
	if n.kind == sequence {
		items = n.items
	}
	var out []Text
	for _, item := range items {
		if item.isNull() {
			continue
		}
		if item.kind == scalar {
			out = append(out, Text{Text: jinja.Str(resolveScalar(item)), At: item.at, Transaction: true})
		} else if item.kind == mapping && item.get("sql") != nil {
			out = append(out, hookOf(raw(item, r.list).(*jinja.Dict), item.get("sql").at))
		} else {
			r.wrongType(item, key, "a statement or a list of them")
		}
	}
	return out
}

func (r *projectReader) queryComment() {
	k, n := r.raw.yaml.pair("query-comment")
	if k == nil {
		return
	}
	switch {
	case n.kind == mapping:
		c := &QueryComment{Append: r.flag(n.get("append"), "append"), JobLabel: r.flag(n.get("job-label"), "job-label")}
		if text := n.get("comment"); text == nil {
			c.Default = true
		} else if !text.isNull() {
			c.Comment = text.text
		}
		r.checkKeys(n, "a key of query-comment", []string{"comment", "append", "job-label"}, nil)
		r.pkg.QueryComment = c
	case n.isNull():
		r.pkg.QueryComment = &QueryComment{}
	case n.kind == scalar:
		r.pkg.QueryComment = &QueryComment{Comment: jinja.Str(resolveScalar(n))}
		if resolveScalar(n) == false {
			r.pkg.QueryComment.Comment = ""
		}
	default:
		r.wrongType(n, "query-comment", "text or a mapping")
	}
}

func (r *projectReader) flag(n *node, what string) bool {
	if n.isNull() {
		return false
	}
	b, ok := resolveScalar(n).(bool)
	if !ok {
		r.wrongType(n, what, "true or false")
	}
	return b
}

// vars reads vars: or vars.yml, of which a project may have only one.
func (r *projectReader) vars() {
	k, n := r.raw.yaml.pair("vars")
	if !n.isNull() {
		if n.kind != mapping {
			r.wrongType(n, "vars", "a mapping")
		} else {
			r.pkg.Vars = variables(n, r.list)
		}
	}
	file := filepath.Join(r.pkg.Dir, "vars.yml")
	root, src, err := readYAML(file, r.l.relative(file), r.list)
	if err != nil {
		return
	}
	vars := root.get("vars")
	if vars.isNull() {
		return
	}
	if vars.kind != mapping {
		r.wrongType(vars, "vars", "a mapping")
		return
	}
	if r.pkg.Vars.Len() > 0 {
		r.list.Errorf(k.at, CodeInvalidProject, "vars are given here and in %s", src.Path).Hint = "keep them in one of the two"
		return
	}
	r.pkg.Vars = variables(vars, r.list)
}

// own reads what only project.yml has.
func (r *projectReader) own() {
	r.severities()
	r.checks()
	r.destinations()
	r.stateBlock()
	r.publish()
	r.environments()
	for key, into := range map[string]**jinja.Dict{"access": &r.l.project.Access, "retention": &r.l.project.Retention} {
		n := r.get(key)
		if n.isNull() {
			continue
		}
		if n.kind != mapping {
			r.wrongType(n, key, "a mapping")
			continue
		}
		*into = r.value(key).(*jinja.Dict)
	}
}

// severities reads diagnostics:, a mapping of codes to severities.
func (r *projectReader) severities() {
	r.levels("diagnostics", func(name string, s diag.Severity, at diag.Span) {
		r.l.project.Severities = append(r.l.project.Severities, Severity{diag.Code(name), s, at})
	})
}

// checks reads checks:, a mapping of names to severities.
func (r *projectReader) checks() {
	r.levels("checks", func(name string, s diag.Severity, at diag.Span) {
		r.l.project.Checks = append(r.l.project.Checks, CheckLevel{name, s, at})
	})
}

// levels reads a mapping of names to severities.
func (r *projectReader) levels(key string, add func(name string, s diag.Severity, at diag.Span)) {
	n := r.mappingOr(r.get(key), key)
	if n == nil {
		return
	}
	values, _ := r.value(key).(*jinja.Dict)
	for i := 0; i+1 < len(n.items); i += 2 {
		k, v := n.items[i], n.items[i+1]
		value, _ := values.Get(k.text)
		severity, ok := SeverityOf(value)
		if !ok {
			r.list.Errorf(v.at, CodeInvalidProperty, "%s is not a severity", v.at.Text()).Hint = "use error, warning, info or off"
			continue
		}
		add(k.text, severity, k.at)
	}
}

// SeverityOf reads a severity as YAML and templates have it: off is a truth value there.
func SeverityOf(v jinja.Value) (s diag.Severity, ok bool) {
	switch v := v.(type) {
	case bool:
		return diag.Off, !v
	case string:
		return diag.SeverityNamed(v)
	default:
		return diag.Error, false
	}
}
