package reference

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestEveryKeyOfTheProjectFileIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("project.md")
	if err != nil {
		t.Fatal(err)
	}
	keys := stringsOf(t, "../../compiler/project/projectfile.go", "projectKeys")
	if len(keys) < 40 {
		t.Fatalf("only %d keys were found in the source", len(keys))
	}
	for _, key := range keys {
		if !strings.Contains(string(page), "`"+key+"`") {
			t.Errorf("docs/reference/project.md does not tell of %q", key)
		}
	}
}

// stringsOf are the string literals in the value of a package's variable.
func stringsOf(t *testing.T, file, variable string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range tree.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.VAR {
			continue
		}
		for _, s := range decl.Specs {
			if spec := s.(*ast.ValueSpec); spec.Names[0].Name == variable {
				ast.Inspect(spec.Values[0], func(n ast.Node) bool {
					if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
						text, _ := strconv.Unquote(l.Value) // the parser has accepted it
						out = append(out, text)
					}
					return true
				})
			}
		}
	}
	return out
}
