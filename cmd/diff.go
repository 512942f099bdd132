package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner"
)

type diffOptions struct {
	selection
	against   string
	key       []string
	tolerance float64
	sample    sampleFlag
	format    string
	exitCode  bool
	showPII   bool
}

func newDiff(a *app) *cobra.Command {
	o := diffOptions{}
	c := &cobra.Command{
		Use:   "diff [base new]",
		Short: "See how the rows of two relations differ",
		Long: `Compare what an environment has of its own with what the target has, or two relations: columns, how many rows there are, which were added,
removed and changed, in which columns, and where the changed ones are. Rows are told apart by the model's key: unique_key, or what is tested to be unique.

  mod diff --env pr-123                          all that the environment has built
  mod diff --env pr-123 --select orders
  mod diff old_orders orders --key order_id      two models, or relations: name, schema.name or database.schema.name
  mod diff --against prod --select orders        what target prod has, and what the target has
  mod diff lake:orders warehouse:orders          relations at two targets
  mod diff --env pr-123 --format json            for other programs

Relations in two warehouses are compared by checksums of segments of their rows, of which those that differ are cut further, until few rows are left to be
read: values are told in a form that is the same in both. Types differ if they hold other values, whatever they are called.

With --exit-code the status is 10 if something differs.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return usagef("name what was, and what is", "%s named, and two are compared", map[bool]string{true: "one relation is", false: count(len(args), "relation") + " are"}[len(args) == 1])
			}
			return nil
		},
		ValidArgsFunction: a.completeNodes,
		RunE:              func(c *cobra.Command, args []string) error { return a.diff(c.Context(), args, o) },
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	f := c.Flags()
	f.StringVar(&o.against, "against", "", "the `target` that has what was, instead of the environment's")
	f.Var(words{&o.key}, "key", "the `columns` that tell rows apart")
	f.Float64Var(&o.tolerance, "tolerance", 0, "numbers that are no further apart than this are the same")
	f.Var(&o.sample, "sample", "compare about so many `rows`, or a part of them: 10000 or 5%")
	f.BoolVar(&o.showPII, "show-pii", false, "do not mask personal data")
	f.BoolVar(&o.exitCode, "exit-code", false, "end with status 10 if something differs")
	f.StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// sampleFlag is how many rows are compared: a number of them, or a part with a % after it.
type sampleFlag diff.Sampling

// String implements pflag.Value.
func (s *sampleFlag) String() string {
	switch {
	case s.Rows > 0:
		return strconv.FormatInt(s.Rows, 10)
	case s.Part > 0:
		return strconv.FormatFloat(s.Part*100, 'f', -1, 64) + "%"
	}
	return ""
}

// Type implements pflag.Value.
func (s *sampleFlag) Type() string { return "rows" }

// Set implements pflag.Value.
func (s *sampleFlag) Set(text string) error {
	*s = sampleFlag{}
	if part, ok := strings.CutSuffix(text, "%"); ok {
		percents, err := strconv.ParseFloat(part, 64)
		if err != nil || !(percents > 0 && percents <= 100) {
			return errors.New("a part is more than 0% and at most 100%")
		}
		s.Part = percents / 100
		return nil
	}
	rows, err := strconv.ParseInt(text, 10, 64)
	if err != nil || rows <= 0 {
		return errors.New("write a number of rows, as 10000, or a part of them, as 5%")
	}
	s.Rows = rows
	return nil
}

// diff compares relations.
func (a *app) diff(ctx context.Context, args []string, o diffOptions) error {
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	switch {
	case o.against != "" && (len(args) > 0 || a.flags.environment != ""):
		return usagef("name a target, an environment or two relations", "--against compares what two targets have, and there is something else to compare")
	case o.against == "" && len(args) == 0 && a.flags.environment == "":
		return usagef("name two relations, an environment with --env, or a target with --against", "it is not said what is to be compared")
	}
	if o.tolerance < 0 {
		return usagef("", "--tolerance is %v, and cannot be less than 0", o.tolerance)
	}
	s, err := a.compile(compileOptions{which: "diff", needTarget: true, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	columns, err := s.analyze(ctx, nil)
	if err != nil {
		return err
	}
	d := &differ{session: s, options: o, columns: columns}
	found, err := d.compare(ctx, args)
	if err != nil {
		return err
	}
	if o.format == "json" {
		err = d.printJSON(found)
	} else {
		_, err = fmt.Fprint(s.out, d.text(found))
	}
	return errors.Join(err, d.outcome(found))
}

// differ compares relations of a project.
type differ struct {
	*session
	options diffOptions
	columns *analyze.Analysis
	alone   []runner.Compared // of what the environment has and the target has not: no Result
}

func (d *differ) compare(ctx context.Context, args []string) (found []runner.Compared, err error) {
	sides, err := d.sides(args)
	if err != nil {
		return nil, err
	}
	r, err := d.reach(ctx, d.graph.Order)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := d.reachBeside(ctx, r, sides); err != nil {
		return nil, err
	}
	var list []runner.Comparison
	switch {
	case len(args) == 2:
		list, err = d.named(ctx, r, sides)
	case d.options.against != "":
		list, err = d.against(ctx, r, sides[0])
	default:
		list, err = d.built(ctx, r)
	}
	if err != nil {
		return nil, err
	}
	return r.Diff(ctx, list)
}

// stored are the picked nodes that may have rows, and what the warehouse has of the project.
func (d *differ) stored(ctx context.Context, r *runner.Runner) ([]*compiler.Node, plan.Seen, error) {
	nodes, err := d.pick(d.options.selection, compiler.Model, compiler.Seed)
	if err != nil {
		return nil, plan.Seen{}, err
	}
	seen, err := r.Observe(ctx, d.graph.Order)
	return nodes, seen, err
}

// built are comparisons of what the environment has with what the target has.
func (d *differ) built(ctx context.Context, r *runner.Runner) ([]runner.Comparison, error) {
	nodes, seen, err := d.stored(ctx, r)
	if err != nil {
		return nil, err
	}
	list := d.pairs(seen, nodes)
	if len(list)+len(d.alone) == 0 {
		return nil, usagef("build it first: mod apply --env "+d.environmentName(), "the environment %s has nothing of its own to compare", d.environmentName())
	}
	return list, nil
}

// pairs are the comparisons of those nodes that the environment has with what the target has of them.
func (d *differ) pairs(seen plan.Seen, nodes []*compiler.Node) (list []runner.Comparison) {
	for _, n := range nodes {
		is := seen.Existing(d.graph, n)
		if !n.Stored() || n.Shared() || is == nil {
			continue
		}
		was := seen.At(d.graph, n, n.Home)
		if was == nil {
			d.alone = append(d.alone, runner.Compared{Comparison: runner.Comparison{Node: n, Spec: diff.Spec{New: *is}}})
			continue
		}
		list = append(list, runner.Comparison{Node: n, Spec: d.spec(n, *was, *is)})
	}
	return list
}

// spec says how two relations are compared, of which one may be a node's.
func (d *differ) spec(n *compiler.Node, base, is relation.Table) diff.Spec {
	out := diff.Spec{Base: base, New: is, Key: d.options.key, Tolerance: d.options.tolerance, Sample: diff.Sampling(d.options.sample)}
	if n == nil {
		return out
	}
	if len(out.Key) == 0 {
		out.Key = d.graph.RowKey(n)
	}
	if !d.options.showPII {
		out.Masked = func(column string) bool { return d.columns.MayBePersonal(lineage.Input{Table: n.ID, Column: column}) }
	}
	return out
}

// outcome is the status to end with.
func (d *differ) outcome(found []runner.Compared) error {
	differs := len(d.alone) > 0
	for _, c := range found {
		if c.Err != nil {
			return outcome{exitFailed}
		}
		differs = differs || !c.Result.Same()
	}
	if differs && d.options.exitCode {
		return outcome{exitChanges}
	}
	return nil
}

// printJSON prints comparisons as other programs read them.
func (d *differ) printJSON(found []runner.Compared) error {
	out := struct {
		Comparisons []diffJSON `json:"comparisons"`
	}{[]diffJSON{}}
	for _, c := range d.alone {
		out.Comparisons = append(out.Comparisons, diffJSON{Node: c.Node.ID, New: c.Spec.New.Relation.String(), State: "new"})
	}
	for _, c := range found {
		out.Comparisons = append(out.Comparisons, jsonOf(c))
	}
	e := json.NewEncoder(d.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
