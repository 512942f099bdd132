// Package cmd is the command line of mod: flags in, text out. Each command has a file of three parts: its options, a function
// that makes the cobra command (flags only), and a method of app that does the work.
//
// A result goes to stdout, everything else to stderr; nothing outside this package prints.
package cmd

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/modsql/mod/adapters"
)

// System is what a command may touch of the machine. Tests bring their own.
type System struct {
	In       io.Reader
	Out, Err io.Writer
	Env      map[string]string
	Dir      string // the working directory, absolute
	Now      func() time.Time

	// Chdir enters the project's folder, from where warehouses that are files and SQL that reads files take relative paths. It
	// may be nil.
	Chdir func(dir string) error
	// Screen is the terminal that Err is; nil if it is none.
	Screen *Screen
	// Prompts tells whether In and Err are a person's terminal.
	Prompts bool
	// between is put between mod and each warehouse that it opens; nil puts nothing there. Tests have things go wrong with it.
	between func(adapters.Warehouse) adapters.Warehouse
	// collector is the garbage collector's; nil where nobody paces it.
	collector *collector
}

// Screen is a terminal.
type Screen struct {
	Width func() int // in columns, now
}

// Main runs mod with the arguments and the environment of this process and returns its exit status. An interrupt cancels what
// runs in the warehouse; a second one ends the process at once.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	env := environment(os.Environ())
	s := System{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: env, Dir: dir, Now: time.Now, Chdir: os.Chdir, collector: paceCollector(env),
		Prompts: term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stderr.Fd()),
	}
	if term.IsTerminal(os.Stderr.Fd()) {
		s.Screen = &Screen{Width: func() int {
			width, _, err := term.GetSize(os.Stderr.Fd())
			if err != nil {
				return 80
			}
			return width
		}}
	}
	return Run(ctx, s, os.Args[1:]...)
}

func environment(pairs []string) map[string]string {
	env := map[string]string{}
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok && name != "" {
			env[name] = value
		}
	}
	return env
}

// Run runs mod with those arguments and returns its exit status.
func Run(ctx context.Context, s System, args ...string) int {
	a := newApp(s)
	root := newRoot(a)
	root.SetArgs(profileData(spread(args)))
	root.SetIn(s.In)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	return a.exit(ctx, err)
}
