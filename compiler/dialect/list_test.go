package dialect

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite list.go")

// TestListHasTheDialectOfEveryFile makes list.go of the variables that hold a dialect: who adds a warehouse writes a file, no line elsewhere.
func TestListHasTheDialectOfEveryFile(t *testing.T) {
	t.Parallel()
	want := list(declared(t, "."))
	if *update {
		if err := os.WriteFile("list.go", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile("list.go")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("list.go is not current, run make docs (-want +got):\n%s", diff)
	}
}

func TestAFileOfANewWarehouseIsListed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"aurora.go":   "package dialect\n\n// Aurora is one more.\nvar Aurora = &Dialect{Name: \"aurora\"}\nvar auroraWords = \"a\"",
		"trino.go":    "package dialect\n\nvar Trino = &Dialect{Name: \"trino\"}\nvar scratch = Dialect{}",
		"names.go":    "package dialect\n\nvar Embedded = Trino\nfunc f() { d := &Dialect{}; _ = d }",
		"new_test.go": "package dialect\n\nvar Fake = &Dialect{Name: \"fake\"}",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"Aurora", "Trino"}, declared(t, dir)); diff != "" {
		t.Errorf("declared dialects (-want +got):\n%s", diff)
	}
}

func list(names []string) string {
	return "// Code generated from the files of this folder by make docs. DO NOT EDIT.\n\npackage dialect\n\n" +
		"// All are the known dialects, in the order of their files.\nfunc All() []*Dialect {\n\treturn []*Dialect{" + strings.Join(names, ", ") + "}\n}\n"
}

// declared are the variables of the folder's files that are given a &Dialect{…}, by file.
func declared(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go")) // sorted
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR {
				continue
			}
			for _, s := range decl.Specs {
				if spec := s.(*ast.ValueSpec); len(spec.Values) == 1 && isDialect(spec.Values[0]) {
					out = append(out, spec.Names[0].Name)
				}
			}
		}
	}
	return out
}

func isDialect(value ast.Expr) bool {
	address, ok := value.(*ast.UnaryExpr)
	if !ok || address.Op != token.AND {
		return false
	}
	literal, ok := address.X.(*ast.CompositeLit)
	if !ok {
		return false
	}
	name, ok := literal.Type.(*ast.Ident)
	return ok && name.Name == "Dialect"
}
