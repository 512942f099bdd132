// Package quiet keeps bubbletea from asking the terminal for its colours whenever the program starts, be it for "mod --version": it
// would wait for an answer, up to five seconds where nobody gives one, and take what was typed meanwhile. It is initialized before
// termenv, by which bubbletea asks, since Go initializes packages that depend on nothing of each other in the order of their
// paths: https://go.dev/ref/spec#Program_initialization. A terminal that calls itself dumb is not asked.
package quiet

import "os"

// Term is what TERM was set to, if it was set.
type Term struct {
	name string
	set  bool
}

// Was is what TERM was before this package was initialized. From then on it is "dumb", until Restore.
var Was = hide()

func hide() Term {
	name, set := os.LookupEnv("TERM")
	if os.Setenv("TERM", "dumb") != nil {
		return Term{}
	}
	return Term{name, set}
}

// Restore makes TERM what it was. It is called by whoever is initialized after bubbletea, and tells whether that went well.
func (t Term) Restore() bool {
	if !t.set {
		return os.Unsetenv("TERM") == nil
	}
	return os.Setenv("TERM", t.name) == nil
}
