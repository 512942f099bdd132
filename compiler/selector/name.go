package selector

import (
	"math/big"
	"strings"

	"github.com/modsql/mod/compiler"
)

// matchName matches a node's name, or its fully qualified name (package, folders, name) or a beginning of it, with or without the
// package, each as a pattern.
func matchName(c *criterion, n *compiler.Node) bool {
	if n.Type == compiler.Source || len(n.FQN) == 0 {
		return false
	}
	versioned := n.Version != nil && len(n.FQN) > 1
	return matchFQN(c.value, n.FQN, versioned) || len(n.FQN) > 1 && matchFQN(c.value, n.FQN[1:], versioned && len(n.FQN) > 2)
}

func matchFQN(value string, fqn []string, versioned bool) bool {
	leaf := fqn[len(fqn)-1]
	if versioned {
		// The last part of a versioned model is "v2": its own name comes before it.
		leaf = fqn[len(fqn)-2]
		wanted := strings.Split(value, ".")
		if strings.Join(fqn[len(fqn)-2:], "_") == strings.Join(wanted[max(len(wanted)-2, 0):], "_") {
			return true
		}
	}
	if leaf == value {
		return true
	}
	have, wanted := strings.Split(strings.Join(fqn, "."), "."), strings.Split(value, ".")
	if len(have) < len(wanted) {
		return false
	}
	for i, part := range wanted {
		if isPattern(part) {
			return glob(strings.Join(wanted[i:], "."), strings.Join(have[i:], ".")) || len(wanted) == 1 && glob(value, leaf)
		}
		if have[i] != part {
			return false
		}
	}
	return true
}

// names are the name of a node and its versioned name.
func names(n *compiler.Node) []string {
	if n.Type == compiler.Source {
		return nil
	}
	if n.Version != nil && len(n.FQN) > 1 {
		return []string{n.Name, n.Name + "." + n.FQN[len(n.FQN)-1]}
	}
	return []string{n.Name}
}

func matchVersion(c *criterion, n *compiler.Node) bool {
	if n.Type != compiler.Model {
		return false
	}
	if n.Version == nil {
		return c.value == "none"
	}
	order := compareVersions(n.Version, n.LatestVersion)
	switch c.value {
	case "latest":
		return order == 0
	case "prerelease":
		return order > 0
	case "old":
		return order < 0
	default:
		return false
	}
}

// compareVersions compares numbers as numbers and anything else as text.
func compareVersions(a, b any) int {
	x, okX := number(a)
	y, okY := number(b)
	if okX && okY {
		return x.Cmp(y)
	}
	return strings.Compare(text(a), text(b))
}

func number(v any) (*big.Rat, bool) { return new(big.Rat).SetString(text(v)) }
