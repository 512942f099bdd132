package lint

import (
	"regexp"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// making matches what makes a function, somewhere in a template; its group is the function's name.
var making = regexp.MustCompile(`(?i)\b(?:create|replace|temp|temporary)\s+(?:macro|function)\s+(?:if\s+not\s+exists\s+)?(?:(?:\{\{[^}]*\}\}|[\w"])+\.)*"?([\w$]+)"?\s*\(`)

// makes tells whether the project itself makes a function that is called by that name.
func (s *subject) makes(name string) bool {
	name = name[strings.LastIndexByte(name, '.')+1:]
	return s.made()[strings.ToLower(strings.Trim(name, `"`))]
}

// madeFunctions are the names, in lower case, of the functions that the project itself makes: in a hook, or in a macro that one calls.
func madeFunctions(g *compiler.Graph) map[string]bool {
	out, read := map[string]bool{}, map[string]bool{}
	look := func(text string) {
		if read[text] {
			return // a hook of many nodes
		}
		read[text] = true
		for _, found := range making.FindAllStringSubmatch(text, -1) {
			out[strings.ToLower(found[1])] = true
		}
	}
	for _, h := range g.Hooks {
		look(h.Text.Text)
	}
	for _, n := range g.Order {
		if n.Config == nil || n.Type != compiler.Model && n.Type != compiler.Seed {
			continue
		}
		for _, key := range []string{"pre_hook", "post_hook"} {
			if v, ok := n.Config.Value(key); ok {
				look(jinja.Str(v))
			}
		}
	}
	for _, p := range g.Project.Packages {
		for _, f := range p.Macros {
			look(f.Source.Text)
		}
	}
	return out
}
