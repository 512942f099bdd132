package project

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
)

// connections finds the target among inline targets and profiles.
type connections struct {
	options Options
	dir     string
	env     *Env
	vars    *jinja.Dict
	list    *diag.List
	project string // the project's name
	root    *node  // the project file's mapping
}

// target never returns nil: without a usable profile it is DuckDB in a file next to the project.
func (c *connections) target() *Target {
	if k, inline := c.root.pair("targets"); inline != nil && c.options.Profile == "" {
		if t := c.inline(k, inline); t != nil {
			return t
		}
		return c.fallback()
	}
	name, at := c.options.Profile, diag.Span{}
	if k, v := c.root.pair("profile"); name == "" && !v.isNull() {
		at = v.at
		name = jinja.Str(c.renderer().at(k.text, v))
	}
	if name == "" {
		if c.options.NeedTarget && c.options.Target != "" {
			c.list.Errorf(c.root.at, CodeUnknownTarget, "there is no target %q: the project has neither a profile nor targets", c.options.Target).
				Hint = `add "targets:" to the project file, or name a profile`
		}
		return c.fallback()
	}
	profile, src := c.find(name, at)
	if profile == nil {
		return c.fallback()
	}
	if t := c.fromProfile(name, profile, src); t != nil {
		return t
	}
	return c.fallback()
}

func (c *connections) fallback() *Target {
	d := dialect.Embedded
	settings := jinja.DictOf("type", d.Name, d.Settings.File, filepath.Join(c.dir, cmp.Or(c.project, "mod")+"."+d.Name), "schema", d.DefaultSchema)
	t := newTarget(c.project, "dev", settings, diag.Span{})
	t.Default = true
	return t
}

// inline reads the project file's own targets.
func (c *connections) inline(key, targets *node) *Target {
	if targets.kind != mapping || len(targets.items) == 0 {
		c.list.Errorf(targets.at, CodeInvalidProfile, "targets must be a mapping of names to connections")
		return nil
	}
	name, at := c.options.Target, key.at
	if k, v := c.root.pair("target"); name == "" && !v.isNull() {
		name, at = jinja.Str(c.renderer().at(k.text, v)), v.at
	}
	if name == "" && len(targets.items) == 2 {
		name = targets.items[0].text
	}
	if name == "" {
		name = "dev"
	}
	return c.output(c.project, name, targets, at, c.dir)
}

// fromProfile reads the chosen output of a profile.
func (c *connections) fromProfile(profileName string, profile *node, src *diag.Source) *Target {
	if profile.kind != mapping {
		c.list.Errorf(profile.at, CodeInvalidProfile, "the profile %q is empty", profileName)
		return nil
	}
	name, at := c.options.Target, diag.Span{Source: src}
	if k, v := profile.pair("target"); name == "" && !v.isNull() {
		name, at = jinja.Str(c.renderer().at(k.text, v)), v.at
	}
	if name == "" {
		name = "default"
	}
	outputs := profile.get("outputs")
	if outputs == nil || outputs.kind != mapping {
		c.list.Errorf(profile.at, CodeInvalidProfile, `the profile %q has no "outputs"`, profileName)
		return nil
	}
	return c.output(profileName, name, outputs, at, "")
}

// output makes a target of one of the outputs; only that one is rendered, so that others may name variables that are not set.
// A relative path to a database file is taken from base, if that is given.
func (c *connections) output(profile, name string, outputs *node, at diag.Span, base string) *Target {
	key, output := outputs.pair(name)
	var names []string
	for i := 0; i < len(outputs.items); i += 2 {
		names = append(names, outputs.items[i].text)
	}
	if output == nil {
		d := &diag.Diagnostic{Severity: diag.Error, Code: CodeUnknownTarget, Span: at,
			Message: "there is no target \"" + name + "\", only " + quotedList(names), Hint: diag.DidYouMean(name, names)}
		if c.options.Target != "" {
			d.Span = outputs.at
		}
		c.complain(d)
		return nil
	}
	if output.kind != mapping {
		c.complain(&diag.Diagnostic{Code: CodeInvalidProfile, Span: output.at, Message: "the target \"" + name + "\" must be a mapping"})
		return nil
	}
	before := c.list.Len()
	settings := c.renderer().dict(output)
	if c.list.Len() > before && c.list.HasErrors() && !c.options.NeedTarget {
		return nil
	}
	if textOf(settings, "type") == "" {
		c.complain(&diag.Diagnostic{Code: CodeInvalidProfile, Span: key.at, Message: "the target \"" + name + "\" has no type", Hint: `add "type: duckdb", or another warehouse`})
		return nil
	}
	if v, ok := settings.Get("threads"); ok {
		if n, ok := threads(v); ok {
			settings.Put("threads", n)
		} else {
			_, at := output.pair("threads")
			c.complain(&diag.Diagnostic{Code: CodeInvalidProfile, Span: at.at, Message: "threads must be a whole number above 0, not " + jinja.Repr(v)})
			settings.Delete("threads")
		}
	}
	if key := dialect.SettingsOf(textOf(settings, "type")).File; key != "" && base != "" {
		if p := textOf(settings, key); p != "" && !strings.Contains(p, ":") && !filepath.IsAbs(p) {
			settings.Put(key, filepath.Join(base, p))
		}
	}
	t := newTarget(profile, name, settings, key.at)
	t.Beside = slices.DeleteFunc(names, func(other string) bool { return other == name })
	return t
}

// complain adds a problem of a profile, which is only in the way of commands that need a connection.
func (c *connections) complain(d *diag.Diagnostic) {
	if c.options.NeedTarget || c.options.Target != "" {
		c.list.Add(d)
	}
}

// find looks the profile up in the first profiles.yml there is.
func (c *connections) find(name string, at diag.Span) (*node, *diag.Source) {
	var searched []string
	for _, dir := range c.folders() {
		file := filepath.Join(dir, "profiles.yml")
		searched = append(searched, shownPath(c.dir, file))
		problems := &diag.List{}
		root, src, err := readYAML(file, shownPath(c.dir, file), problems)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				c.list.Errorf(at, CodeMissingProfile, "%s cannot be read: %v", shownPath(c.dir, file), err)
			}
			continue
		}
		c.list.Append(problems)
		if root == nil {
			if !problems.HasErrors() {
				c.complain(&diag.Diagnostic{Code: CodeInvalidProfile, Span: diag.Span{Source: src}, Message: "the file is empty"})
			}
			return nil, nil
		}
		if profile := root.get(name); profile != nil {
			return profile, src
		}
		var names []string
		for i := 0; root.kind == mapping && i < len(root.items); i += 2 {
			if root.items[i].text != "config" {
				names = append(names, root.items[i].text)
			}
		}
		d := &diag.Diagnostic{Code: CodeMissingProfile, Span: at, Message: "there is no profile \"" + name + "\" in " + src.Path,
			Hint: cmp.Or(diag.DidYouMean(name, names), "it has "+quotedList(names))}
		if at.IsZero() {
			d.Span = diag.Span{Source: src}
		}
		c.complain(d)
		return nil, nil
	}
	c.complain(&diag.Diagnostic{Code: CodeMissingProfile, Span: at,
		Message: "there is no profiles.yml for the profile \"" + name + "\"; searched " + strings.Join(searched, ", "),
		Hint:    `write one, or put "targets:" into the project file`})
	return nil, nil
}

// folders are where a profiles.yml may be, the first to be looked at first.
func (c *connections) folders() []string {
	if c.options.ProfilesDir != "" {
		return []string{c.options.ProfilesDir}
	}
	if dir, ok := c.env.Lookup("DBT_PROFILES_DIR"); ok && dir != "" {
		return []string{dir}
	}
	var dirs []string
	if cwd, err := os.Getwd(); err == nil {
		dirs = append(dirs, cwd)
	}
	if !slices.Contains(dirs, c.dir) {
		dirs = append(dirs, c.dir)
	}
	for _, home := range []string{"HOME", "USERPROFILE"} {
		if dir, ok := c.env.Lookup(home); ok && dir != "" {
			return append(dirs, filepath.Join(dir, ".dbt"))
		}
	}
	return dirs
}

// renderer renders profiles: only there, secrets may be read.
func (c *connections) renderer() *renderer {
	list := c.list
	if !c.options.NeedTarget && c.options.Target == "" {
		list = &diag.List{} // a profile that cannot be rendered matters only to who connects
	}
	return &renderer{
		globals: &baseContext{env: c.env, vars: c.vars, secrets: true},
		list:    list,
		lenient: func(path []string) bool { return slices.ContainsFunc(path, isSecretKey) },
	}
}

// threads reads a number that may be text, as when it comes from the environment.
func threads(v jinja.Value) (int, bool) {
	if s, ok := v.(string); ok {
		v = resolveText(strings.TrimSpace(s))
	}
	n, ok := v.(int)
	return n, ok && n > 0
}

func quotedList(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return `"` + strings.Join(names, `", "`) + `"`
}

// shownPath is a file's path as messages show it: from the project's folder if it is in there.
func shownPath(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(file)
}
