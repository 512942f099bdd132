package cmd

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler/jinja"
)

// globals are the flags that every command has. They may stand before or after the command's name.
type globals struct {
	projectDir, profilesDir, profile, target, vars, targetPath string

	threads      int           // 0: as the profile says
	timeout      time.Duration // of a statement; 0 means none
	wait         time.Duration // for another run that builds the same
	quiet        bool
	debug        bool
	failFast     bool
	warnError    bool
	warnings     warnings // of warnError and warnErrorOptions
	strict       bool
	writeJSON    bool
	versionCheck bool
	print        bool
	introspect   bool
	environment  string // --env; "" for the target's own
	partialParse bool
	colors       string // "", "true" or "false"
	logFormat    string
	logLevel     string

	warnErrorOptions string
}

// register defines the global flags.
func (g *globals) register(fs *pflag.FlagSet) {
	fs.StringVar(&g.projectDir, "project-dir", "", "the project's `folder`; without it the nearest one from here upwards")
	fs.StringVar(&g.profilesDir, "profiles-dir", "", "the `folder` of profiles.yml")
	fs.StringVar(&g.profile, "profile", "", "the `name` of the profile to use")
	fs.StringVarP(&g.target, "target", "t", "", "the `name` of the target to use")
	fs.StringVar(&g.vars, "vars", "", "variables for the project, as a `YAML` mapping")
	fs.StringVar(&g.targetPath, "target-path", "", "the `folder` for artifacts and compiled code (default target)")
	fs.IntVar(&g.threads, "threads", 0, "how many nodes to run at the same time")
	fs.DurationVar(&g.wait, "wait", 10*time.Minute, "how long to wait for another run that builds the same")
	fs.DurationVar(&g.timeout, "statement-timeout", 0, "cancel a statement that takes longer, such as 90s or 5m (default: none)")
	toggle(fs, &g.failFast, "fail-fast", "x", "stop at the first failure")
	toggle(fs, &g.quiet, "quiet", "q", "print only problems and results")
	toggle(fs, &g.debug, "debug", "d", "print every statement sent to the warehouse")
	toggle(fs, &g.warnError, "warn-error", "", "treat warnings as errors")
	fs.StringVar(&g.warnErrorOptions, "warn-error-options", "", "which warnings are errors, as `YAML`: {error: all, warn: [names], silence: [names]}")
	toggle(fs, &g.strict, "strict", "", "treat keys that nobody knows, and other slips of spelling, as errors")
	g.writeJSON, g.print, g.versionCheck, g.partialParse, g.introspect = true, true, true, true, true
	toggle(fs, &g.writeJSON, "write-json", "", "write artifacts to the target folder")
	toggle(fs, &g.versionCheck, "version-check", "", "refuse packages whose require-dbt-version does not fit")
	toggle(fs, &g.partialParse, "partial-parse", "", "use what is known of the project from the last call, where nothing has changed")
	toggle(fs, &g.print, "print", "", "show what templates print()")
	toggle(fs, &g.introspect, "introspect", "", "compile: let templates ask the warehouse")
	fs.StringVar(&g.logFormat, "log-format", "text", "how progress is written: text, json or debug")
	fs.StringVar(&g.logLevel, "log-level", "info", "the least `level` of progress to write: debug, info, warn, error or none")
	fs.Var(&colorFlag{&g.colors, "true"}, "use-colors", "colour the output (default: if it is a terminal)")
	fs.Lookup("use-colors").NoOptDefVal = "true"
	for _, name := range []string{"no-use-colors", "no-color"} {
		fs.Var(&colorFlag{&g.colors, "false"}, name, "do not colour the output")
		fs.Lookup(name).NoOptDefVal = "true"
	}
	hide(fs, "partial-parse", "version-check", "write-json", "print", "introspect", "no-use-colors")
	ignore(fs)
}

// check refuses values that a flag does not have.
func (g *globals) check() error {
	if err := oneOf("--log-format", g.logFormat, "text", "json", "debug", "default"); err != nil {
		return err
	}
	if err := oneOf("--log-level", g.logLevel, "debug", "info", "warn", "error", "none"); err != nil {
		return err
	}
	if g.threads < 0 {
		return usagef("use a whole number above 0", "--threads is %d", g.threads)
	}
	if g.timeout < 0 {
		return usagef("write it as 90s or 5m", "--statement-timeout is %s", g.timeout)
	}
	if err := g.settleWarnings(); err != nil {
		return err
	}
	g.debug = g.debug || g.logLevel == "debug" || g.logFormat == "debug"
	g.quiet = g.quiet || g.logLevel == "error" || g.logLevel == "none"
	return nil
}

func oneOf(flag, value string, values ...string) error {
	if slices.Contains(values, value) {
		return nil
	}
	return usagef("use "+join(values, "or"), "%s is %q", flag, value)
}

// join lists words: "a, b or c".
func join(words []string, last string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
}

// toggle defines a flag that is on or off, with its opposite --no-….
func toggle(fs *pflag.FlagSet, at *bool, name, short, usage string) {
	fs.BoolVarP(at, name, short, *at, usage)
	fs.Var(opposite{at}, "no-"+name, "")
	fs.Lookup("no-" + name).NoOptDefVal = "true"
	hide(fs, "no-"+name)
}

func hide(fs *pflag.FlagSet, names ...string) {
	for _, name := range names {
		fs.Lookup(name).Hidden = true
	}
}

// opposite is the value of a --no-… flag.
type opposite struct{ at *bool }

func (o opposite) String() string { return "false" }

func (o opposite) Type() string { return "bool" }

func (o opposite) Set(text string) error {
	v, err := truth(text)
	*o.at = !v
	return err
}

// colorFlag is the value of --use-colors and its opposites.
type colorFlag struct {
	at    *string
	means string
}

func (c *colorFlag) String() string { return "" }

func (c *colorFlag) Type() string { return "bool" }

func (c *colorFlag) Set(text string) error {
	v, err := truth(text)
	*c.at = strconv.FormatBool(v == (c.means == "true"))
	return err
}

// truth reads a boolean as environment variables spell it.
func truth(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "y", "yes", "on":
		return true, nil
	case "n", "no", "off", "":
		return false, nil
	}
	return strconv.ParseBool(strings.ToLower(text))
}

// words is the value of a flag that takes several words, and may be given several times or under several names.
type words struct{ at *[]string }

func (w words) String() string { return "" }

func (w words) Type() string { return "words" }

func (w words) Set(text string) error {
	*w.at = append(*w.at, text)
	return nil
}

// manyValued are the flags that take all words up to the next flag: `--select a b`.
var manyValued = []string{
	"-s", "--select", "-m", "--models", "--model", "--exclude", "--resource-type", "--resource-types",
	"--exclude-resource-type", "--exclude-resource-types", "--output-keys",
}

// spread repeats a flag before each of its words, which is how pflag takes them: `--select a b` becomes `--select=a --select=b`.
func spread(args []string) []string {
	var out []string
	flag, taken := "", 0
	finish := func() {
		if flag != "" && taken == 0 {
			out = append(out, flag)
		}
		flag = ""
	}
	for i, arg := range args {
		switch {
		case arg == "--":
			finish()
			return append(out, args[i:]...)
		case slices.Contains(manyValued, arg):
			finish()
			flag, taken = arg, 0
		case flag != "" && (!strings.HasPrefix(arg, "-") || arg == "-"):
			out = append(out, flag, arg)
			taken++
		case slices.Contains(manyValued, strings.SplitN(arg, "=", 2)[0]):
			finish()
			out = append(out, arg)
			flag, taken = strings.SplitN(arg, "=", 2)[0], 1
		default:
			finish()
			out = append(out, arg)
		}
	}
	finish()
	return out
}

// withoutEnv are the flags that no environment variable stands in for.
var withoutEnv = []string{
	"select", "models", "model", "exclude", "selector", "vars", "threads", "inline", "limit", "output", "output-keys", "format",
	"args", "help", "version", "sql", "add-package", "compile", "config-dir", "connection", "empty-catalog", "inline-direct", "inject-ephemeral-ctes",
	"profile-data", "profile-rows",
	"lock", "record-timing-info", "show", "show-all-deprecations", "skip-debug", "source", "static", "upgrade",
}

// olderEnv are the names that variables of some flags had once, without DBT_. Where one is set it goes before the flag itself, as in dbt.
var olderEnv = map[string]string{
	"state": "ARTIFACT_STATE_PATH", "defer": "DEFER_TO_STATE", "favor-state": "FAVOR_STATE_MODE", "no-print": "NO_PRINT",
}

// fromEnv sets the flags that were not given from DBT_<FLAG> and DBT_ENGINE_<FLAG>, and those that are known by an older name even so.
func (a *app) fromEnv(c *cobra.Command) error {
	var failure error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if slices.Contains(withoutEnv, f.Name) || failure != nil {
			return
		}
		names := withPrefixes(olderEnv[f.Name])
		if !given(c.Flags(), f) {
			names = envNames(f.Name)
		}
		for _, name := range names {
			text := a.Env[name]
			if text == "" {
				continue
			}
			if f.Value.Type() == "bool" {
				if v, err := truth(text); err == nil {
					text = strconv.FormatBool(v)
				}
			}
			if err := c.Flags().Set(f.Name, text); err != nil {
				failure = usagef("set it to a value that --"+f.Name+" takes, or unset it", "%s is %q", name, text)
			}
			return
		}
	})
	return failure
}

// envNames are the variables that stand for a flag: the first one that is set counts.
func envNames(flag string) []string {
	suffix := strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
	if older := olderEnv[flag]; older != "" && older != suffix {
		return append(withPrefixes(older), withPrefixes(suffix)...)
	}
	return withPrefixes(suffix)
}

// withPrefixes are the two ways to write a variable's name; none of "".
func withPrefixes(suffix string) []string {
	if suffix == "" {
		return nil
	}
	return []string{reserved + suffix, "DBT_" + suffix}
}

// given tells whether a flag, or its opposite, was set by somebody who goes first.
func given(fs *pflag.FlagSet, f *pflag.Flag) bool {
	name, ok := strings.CutPrefix(f.Name, "no-")
	if !ok {
		name = "no-" + f.Name
	}
	other := fs.Lookup(name)
	return f.Changed || other != nil && other.Changed
}

// heed sets the flags that were not given from the project file's flags: block. What is no flag there is for templates.
func (a *app) heed(flags *jinja.Dict) {
	if a.command == nil || flags == nil {
		return
	}
	for key, value := range flags.All() {
		name, _ := key.(string)
		name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
		f := a.command.Flags().Lookup(name)
		if f == nil || given(a.command.Flags(), f) || slices.Contains(withoutEnv, name) {
			continue
		}
		text := jinja.Str(value)
		if v, ok := value.(bool); ok {
			text = strconv.FormatBool(v)
		}
		if other, ok := exclusive[name]; ok && given(a.command.Flags(), a.command.Flags().Lookup(other)) {
			continue
		}
		if name == "use-colors" && value == true {
			continue // dbt's default, which projects spell out: no wish for colours in files
		}
		_ = f.Value.Set(text) // a value that the flag does not take is one for dbt alone
	}
	if a.flags.check() == nil {
		a.view = a.newView()
	}
	a.tellUnheard()
}

// exclusive are flags of which one that was given keeps the other, of the project file, from being heeded.
var exclusive = map[string]string{"warn-error": "warn-error-options", "warn-error-options": "warn-error"}
