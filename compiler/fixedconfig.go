package compiler

import (
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// checkConfig refuses what dbt refuses of every node: a config `enabled` that is neither true nor false, and another materialization for
// what has but one. Words that YAML counts as true or false pass, since templates may have made them text.
func (b *builder) checkConfig(n *Node) {
	if v, ok := n.Config.Value("enabled"); ok && !isBoolean(v) {
		b.problems.Errorf(n.At, InvalidConfig, "%s %q is enabled %s, which is neither true nor false", n.Type, n.Name, jinja.Repr(v)).Hint =
			"set enabled to true or false"
	}
	only, fixed := map[Type]string{Seed: "seed", Test: "test"}[n.Type]
	if m := n.Config.Materialized(); fixed && m != only {
		b.problems.Errorf(n.At, InvalidConfig, "%s %q is materialized as %q, and it can only be %q", n.Type, n.Name, m, only).Hint =
			"take materialized away"
	}
}

func isBoolean(v jinja.Value) bool {
	switch v := v.(type) {
	case bool:
		return true
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "true", "yes", "on", "t", "y", "1", "false", "no", "off", "f", "n", "0", "":
			return true
		}
	}
	return false
}
