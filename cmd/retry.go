package cmd

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/runner"
)

type retryOptions struct{ state string }

func newRetry(a *app) *cobra.Command {
	o := retryOptions{}
	c := &cobra.Command{
		Use:   "retry",
		Short: "Run what failed in the last run, and what was skipped for it",
		Long: `Do the last command again for the nodes that failed or were skipped, with the flags that it had. What is given here goes over
them.

  mod retry
  mod retry --threads 1
  mod retry --state ci      the run whose results are in that folder`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.retry(c.Context(), c, o) },
	}
	c.Flags().BoolP("full-refresh", "f", false, "build incremental models and seeds anew")
	c.Flags().StringVar(&o.state, "state", "", "the `folder` with the run_results.json to go by (default: the target folder)")
	return c
}

// retryable are the statuses of nodes that are run again.
var retryable = []string{"error", "fail", "skipped", "runtime error", "partial success"}

// replays are the commands that can be retried, by what results call them.
var replays = map[string][]string{
	"run": {"run"}, "build": {"build"}, "test": {"test"}, "seed": {"seed"}, "snapshot": {"snapshot"}, "compile": {"compile"},
	"clone": {"clone"}, "generate": {"docs", "generate"}, "run-operation": {"run-operation"},
}

// repetition is what a retry knows of the run that it repeats.
type repetition struct {
	began time.Time       // when that run did: what is due is what was due then
	only  map[string]bool // the nodes to run again, by ID
	parts map[string]*artifact.Batches
}

// repetition is what a run left to do; its nodes are none if it left nothing.
func (a *app) repetition(results *artifact.RunResults) *repetition {
	again := &repetition{began: results.Metadata.StartedAt.Time, only: map[string]bool{}, parts: map[string]*artifact.Batches{}}
	if again.began.IsZero() {
		again.began = results.Metadata.GeneratedAt.Time
	}
	for _, r := range results.Results {
		failed := slices.Contains(retryable, r.Status) || a.flags.warnError && r.Status == "warn"
		if !failed || strings.HasPrefix(r.UniqueID, string(compiler.Operation)+".") {
			continue
		}
		again.only[r.UniqueID] = true
		if b := r.Batches; b != nil && len(b.Successful) > 0 && len(b.Failed) > 0 {
			again.parts[r.UniqueID] = b
		}
	}
	return again
}

// batches are those of the models among nodes that were built in part. A model of which nothing was built begins again, as in dbt.
func (r *repetition) batches(nodes []*compiler.Node) map[string]runner.Batches {
	out := map[string]runner.Batches{}
	for _, n := range nodes {
		if b := r.parts[n.ID]; b != nil {
			out[n.ID] = runner.ResumedFrom(n, b)
		}
	}
	return out
}

func (a *app) retry(ctx context.Context, c *cobra.Command, o retryOptions) error {
	results, from, err := a.lastRun(o)
	if err != nil {
		return err
	}
	which, _ := argument(results.Args, "which").(string)
	words := replays[which]
	if which == "" {
		return usagef("run something first", "%s does not say which command it is of", from)
	}
	if words == nil {
		return usagef("retry can repeat build, run, test, seed, snapshot, compile, clone, docs generate and run-operation", "%s is of %q, which cannot be retried", from, which)
	}
	left := a.repetition(results)
	if len(left.only) == 0 {
		a.view.note("nothing to do: in the last " + which + " nothing failed")
		return nil
	}
	if macro := argument(results.Args, "macro"); which == "run-operation" && macro != nil {
		words = append(slices.Clip(words), jinja.Str(macro))
	}
	again := newApp(a.System)
	again.again = left
	root := newRoot(again)
	target, _, err := root.Find(words)
	if err != nil {
		return err
	}
	root.SetArgs(spread(slices.Concat(words, recorded(results.Args, target), repeated(c, target, "state"))))
	root.SetIn(a.In)
	root.SetOut(again.out)
	root.SetErr(again.err)
	defer again.view.close()
	return root.ExecuteContext(ctx)
}

// lastRun are the results to go by, and their file.
func (a *app) lastRun(o retryOptions) (results *artifact.RunResults, from string, err error) {
	scout := newApp(a.System) // what is to be told of the project is told when it runs
	scout.flags, scout.flags.quiet = a.flags, true
	scout.view = scout.newView()
	p, err := scout.load(false)
	if err != nil {
		return nil, "", err
	}
	s := &session{app: scout, project: p}
	f := newFolder(s.targetDir(), s.shown(s.targetDir()))
	if o.state != "" {
		f = s.folderAt(o.state)
	}
	results, err = f.results()
	if err == nil && results == nil {
		err = usagef("run something first", "Could not find previous run in '%s' target directory", f.shown)
	}
	return results, filepath.ToSlash(filepath.Join(f.shown, "run_results.json")), err
}

func argument(args artifact.Args, name string) jinja.Value {
	if args.Dict == nil {
		return nil
	}
	v, _ := args.GetString(name)
	return v
}

// current are the flags that are taken from the retry and not from the run that it repeats.
var current = []string{
	"project-dir", "profiles-dir", "target-path", "log-path", "warn-error", "defer-state", "which", "invocation-command", "show",
	"quiet", "debug", "log-level", "log-format", "use-colors", "print",
}

// recorded are the flags of an earlier run, as words of a command line: those that the command has.
func recorded(args artifact.Args, c *cobra.Command) []string {
	var out []string
	if args.Dict == nil {
		return nil
	}
	for key, value := range args.All() {
		name := strings.ReplaceAll(jinja.Str(key), "_", "-")
		if !slices.Contains(current, name) {
			out = append(out, flagWords(c, name, value)...)
		}
	}
	return out
}

// flagWords is a flag with its value; nothing if the command does not have it, or the value is that of a flag that was not given.
func flagWords(c *cobra.Command, name string, value jinja.Value) []string {
	f := lookup(c, name)
	if f == nil || value == nil {
		return nil
	}
	switch v := value.(type) {
	case bool:
		if v || lookup(c, "no-"+name) == nil {
			return []string{fmt.Sprintf("--%s=%t", name, v)}
		}
		return []string{"--no-" + name}
	case *jinja.List:
		var out []string
		for _, item := range v.Items {
			out = append(out, "--"+name+"="+jinja.Str(item))
		}
		return out
	case *jinja.Dict:
		text, err := jinja.JSON{}.Dump(v)
		if err != nil || v.Len() == 0 {
			return nil
		}
		return []string{"--" + name + "=" + text}
	default:
		return []string{"--" + name + "=" + jinja.Str(v)}
	}
}

func lookup(c *cobra.Command, name string) *pflag.Flag {
	if f := c.Flags().Lookup(name); f != nil {
		return f
	}
	return c.InheritedFlags().Lookup(name)
}

// repeated are the flags of this call that the command has too, but for some.
func repeated(c *cobra.Command, target *cobra.Command, except ...string) []string {
	var out []string
	c.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains(except, f.Name) && lookup(target, f.Name) != nil {
			out = append(out, "--"+f.Name+"="+f.Value.String())
		}
	})
	return out
}

// flagArgs are the flags that a command was given, for run_results.json: what a retry gives again.
func flagArgs(c *cobra.Command) *jinja.Dict {
	out := jinja.NewDict()
	if c == nil {
		return out
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		name := f.Name
		var value jinja.Value
		switch v := f.Value.(type) {
		case words:
			value = list(*v.at)
		case opposite:
			name, value = strings.TrimPrefix(name, "no-"), *v.at
		default:
			value = typed(f)
		}
		out.Put(strings.ReplaceAll(name, "-", "_"), value)
	})
	return out
}

// typed is the value of a flag as JSON has it.
func typed(f *pflag.Flag) jinja.Value {
	text := f.Value.String()
	switch f.Value.Type() {
	case "bool":
		return text == "true"
	case "int":
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	}
	return text
}
