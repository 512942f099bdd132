package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/muesli/termenv"
	"github.com/spf13/cobra"

	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/tui"
	"github.com/modsql/mod/tui/shell"
)

// uiOptions are the options of the terminal interface.
type uiOptions struct {
	selects, excludes []string
	readOnly, mouse   bool
	theme             string
}

func newUI(a *app) *cobra.Command {
	o := uiOptions{}
	c := &cobra.Command{
		Use:   "ui",
		Short: "Choose, plan, run and mend models in the terminal",
		Long: `Show the project in the terminal: find models, see their SQL, columns, tests and runs, select some, plan, build and test them, look at
the rows that a test found, mend the model and run it again. Every key is in the help that ? opens.

  mod ui
  mod ui --select +orders     with that selected
  mod ui --readonly           nothing that writes can be done`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.ui(c.Context(), o) },
	}
	f := c.Flags()
	f.VarP(words{&o.selects}, "select", "s", "the nodes to begin with: names, tag:x, path:x, +x, x+ …")
	f.Var(words{&o.excludes}, "exclude", "the nodes to leave out of them")
	toggle(f, &o.readOnly, "readonly", "", "do nothing that writes")
	toggle(f, &o.mouse, "mouse", "", "heed the mouse; text is then selected with shift")
	f.StringVar(&o.theme, "theme", "auto", "the background to choose colours for: auto, dark or light")
	a.registerEnvironment(c)
	a.completes(c, "select", a.completeNodes)
	a.completes(c, "theme", cobra.FixedCompletions([]string{"auto", "dark", "light"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// ui shows the terminal interface.
func (a *app) ui(ctx context.Context, o uiOptions) error {
	if err := oneOf("--theme", o.theme, "auto", "dark", "light"); err != nil {
		return err
	}
	h := newHands(a)
	_, err := a.showUI(ctx, h, tui.Options{
		ReadOnly: o.readOnly, Select: tui.Choice{Select: o.selects, Exclude: o.excludes},
	}, o.mouse, o.theme)
	return err
}

// showUI shows the interface, or a picker, and waits until what it began has ended.
func (a *app) showUI(ctx context.Context, h *hands, o tui.Options, mouse bool, theme string) (*tui.Choice, error) {
	if err := a.interactive(); err != nil {
		return nil, err
	}
	o.Theme = a.theme(theme)
	picked, err := shell.Run(ctx, o, h, shell.Terminal{In: a.In, Out: a.Err, Redact: h.redact, Now: a.Now, Mouse: mouse, Ask: a.answers(theme), Copier: a.copier()})
	return picked, errors.Join(err, h.close())
}

// copier is how text comes to the clipboard where the terminal would not hear of it: tmux, unless it is set up for that, passes over what a program
// asks for, but not what is asked of itself, be it at the other end of ssh.
func (a *app) copier() []string {
	if a.Env["TMUX"] == "" {
		return nil
	}
	return []string{"tmux", "load-buffer", "-w", "-"}
}

// interactive is an error if there is no terminal that can be drawn on.
func (a *app) interactive() error {
	const hint = `use the plain commands: "mod ls" lists, "mod plan" plans, "mod build" builds, "mod show" shows rows, "mod retry" runs again what failed`
	switch {
	case !a.Prompts:
		return usagef(hint, "this needs a terminal for its input and its output, and here is none")
	case a.Env["TERM"] == "dumb" || a.Env["TERM"] == "":
		return usagef(hint, "this needs a terminal that can be drawn on, and TERM is %q", a.Env["TERM"])
	case a.flags.logFormat == "json":
		return usagef(hint, "this is for people, and --log-format is json")
	}
	return nil
}

// theme is how the interface looks on this terminal. Where the background is not known it is dark until the terminal has said otherwise.
func (a *app) theme(wanted string) tui.Theme {
	t := tui.Theme{Light: wanted == "light"}
	if !a.colored() {
		return t
	}
	t.Colors = tui.Colors16
	if p := termenv.NewOutput(a.Err).EnvColorProfile(); p == termenv.TrueColor || p == termenv.ANSI256 || strings.Contains(a.Env["TERM"], "256color") {
		t.Colors = tui.Colors256
	}
	if light, known := lightByEnv(a.Env["COLORFGBG"]); wanted == "auto" && known {
		t.Light = light
	}
	return t
}

// lightByEnv tells whether the background is light by COLORFGBG, which some terminals set: "15;0", "0;default;15". Of the sixteen colours white and
// light grey are light.
func lightByEnv(value string) (light, known bool) {
	back, err := strconv.Atoi(value[strings.LastIndexByte(value, ';')+1:])
	return back == 7 || back == 15, err == nil
}

// answers tells whether the terminal is to be asked for its background: where that matters and nothing tells it, unless it may show the question.
func (a *app) answers(wanted string) bool {
	if _, known := lightByEnv(a.Env["COLORFGBG"]); wanted != "auto" || known || a.theme(wanted).Colors != tui.Colors256 {
		return false
	}
	term := a.Env["TERM"]
	return a.Env["TMUX"] != "" || !strings.HasPrefix(term, "screen") && !strings.HasPrefix(term, "linux") && !strings.HasPrefix(term, "vt")
}

// pickAndRun shows a picker, tells what was picked as flags, and runs that.
func (a *app) pickAndRun(ctx context.Context, o runOptions) error {
	h := newHands(a)
	picked, err := a.showUI(ctx, h, tui.Options{
		Picker: o.which, Select: tui.Choice{Select: o.selects, Exclude: o.excludes},
	}, false, "auto")
	if err != nil {
		return err
	}
	if picked == nil {
		a.view.note("nothing was picked")
		return nil
	}
	o.picker, o.selects, o.excludes = false, picked.Select, picked.Exclude
	a.view.note("mod " + o.which + " " + picked.String())
	return a.run(ctx, o)
}

// sub is a call of mod of which the interface takes the place: what it tells goes to v, and what it prints to out.
func (h *hands) sub(v view, out io.Writer) *app {
	system := h.app.System
	system.Out, system.Err, system.Screen, system.Prompts, system.In, system.collector = out, io.Discard, nil, false, strings.NewReader(""), nil
	b := newApp(system)
	b.flags, b.told, b.view = h.app.flags, v, v
	return b
}

// command is a sub-call with its words, as the command line would have it: the flags of mod ui that the command has go with them.
func (h *hands) command(v view, out io.Writer, words ...string) (*app, *cobra.Command, error) {
	b := h.sub(v, out)
	b.flags = globals{}
	root := newRoot(b)
	target, rest, err := root.Find(words)
	if err != nil {
		return nil, nil, err
	}
	root.SetArgs(spread(slices.Concat(words[:len(words)-len(rest)], h.given(target), rest)))
	root.SetIn(b.In)
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	return b, root, nil
}

// runs is what a sub-call ended with, of whose run nodes can be cancelled: an error that nobody has told of yet is told to its view.
func (h *hands) runs(ctx context.Context, v view, out io.Writer, cancels *runner.Cancels, words ...string) error {
	b, root, err := h.command(v, out, words...)
	if err == nil {
		b.cancels = cancels
		err = root.ExecuteContext(ctx)
	}
	if b != nil && err != nil && !errors.Is(err, errReported) {
		b.report(ctx, err)
	}
	h.learn(b)
	return err
}

// editor is the user's editor, in words.
func (h *hands) editor() []string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if words := strings.Fields(h.app.Env[name]); len(words) > 0 {
			return words
		}
	}
	for _, name := range []string{"/usr/bin/editor", "/usr/bin/vi"} {
		if _, err := os.Stat(name); err == nil {
			return []string{name}
		}
	}
	return nil
}
