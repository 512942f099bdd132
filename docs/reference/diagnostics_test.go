package reference

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// code is one constant of type diag.Code.
type code struct {
	value, folder, doc string
	at                 token.Position
}

func TestEveryDiagnosticIsDocumented(t *testing.T) {
	t.Parallel()
	codes := diagnosticCodes(t, os.DirFS("../.."))
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]code{}
	for _, c := range codes {
		if !kebab.MatchString(c.value) {
			t.Errorf("%s: code %q is not in kebab case", c.at, c.value)
		}
		if c.doc == "" {
			t.Errorf("%s: code %q has no doc comment", c.at, c.value)
		}
		if other, twice := seen[c.value]; twice {
			t.Errorf("%s: code %q is declared at %s too", c.at, c.value, other.at)
		}
		seen[c.value] = c
	}
	current(t, "diagnostics.md", diagnosticsPage(codes))
	for _, c := range codes {
		current(t, "diagnostics/"+c.value+".md", codePage(t, c))
	}
	current(t, "../../compiler/lint/codes.txt", codesList(codes))
}

// aboutDiagnostics is what the page says of all codes.
const aboutDiagnostics = "A problem in a project is printed as `path:line:column: error: message [code]`. `mod check` reports all of them, without a warehouse.\n" + `
## How bad a problem is

The project file says it for the whole project, the config of a folder or a model for what stands in their files:

` + "```yaml" + `
# project.yml
diagnostics:
  deprecated-ref: error   # error, warning, info or off
models:
  shop:
    staging:
      +diagnostics: {deprecated-ref: off}
` + "```" + `

An error with which a project does not compile stays one.

A comment allows what is known to be right, on its own line or, where it stands alone, on the next line of code. Codes are separated by
commas; what follows them is the reason. In YAML it begins with #, in templates it is {# mod: allow code #}.

` + "```sql" + `
-- mod: allow deprecated-ref until the new one is filled
select * from {{ ref('orders') }}
` + "```" + "\n\n`mod: allow-file code` counts for the whole file. A comment that allows nothing is reported (`unused-allow`).\n" + `
## The codes
`

func diagnosticsPage(codes []code) string {
	var b strings.Builder
	b.WriteString("# Diagnostics\n\n" + generated("the doc comments of the codes"))
	b.WriteString(aboutDiagnostics)
	folder := ""
	for _, c := range codes {
		if c.folder != folder {
			folder = c.folder
			fmt.Fprintf(&b, "\n### %s\n\n", folder)
		}
		fmt.Fprintf(&b, "- [`%s`](diagnostics/%s.md): %s\n", c.value, c.value, c.doc)
	}
	return b.String()
}

// codesList is a line for each code: the code, the package that raises it, and what it means.
func codesList(codes []code) string {
	var b strings.Builder
	for _, c := range codes {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", c.value, c.folder, c.doc)
	}
	return b.String()
}

// diagnosticCodes reads them from the sources, by folder and name.
func diagnosticCodes(t *testing.T, tree fs.FS) []code {
	t.Helper()
	var codes []code
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (base == "testdata" || strings.HasPrefix(base, ".")):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		codes = append(codes, codesIn(file, set, path.Dir(name))...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(codes, func(a, b code) int { return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(a.value, b.value)) })
	return codes
}

func codesIn(file *ast.File, set *token.FileSet, folder string) []code {
	var codes []code
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.ValueSpec)
			if !isCode(spec.Type) || len(spec.Values) != 1 {
				continue
			}
			literal, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				continue // another name for a code that is declared elsewhere
			}
			value, _ := strconv.Unquote(literal.Value) // the parser has accepted it
			doc := spec.Doc
			if doc == nil && !decl.Lparen.IsValid() {
				doc = decl.Doc
			}
			codes = append(codes, code{value, folder, sentence(spec.Names[0].Name, doc.Text()), set.Position(spec.Pos())})
		}
	}
	return codes
}

func isCode(expression ast.Expr) bool {
	switch x := expression.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name == "Code"
	case *ast.Ident:
		return x.Name == "Code"
	}
	return false
}

// sentence is a doc comment without the constant's name at its beginning: "UnknownRef is a ref() to …" says "A ref() to …".
func sentence(name, doc string) string {
	text := strings.Join(strings.Fields(doc), " ")
	text = strings.TrimPrefix(text, name)
	text = regexp.MustCompile(`^(: *| *(is|are) (for )?)`).ReplaceAllString(text, "")
	word, _, _ := strings.Cut(text, " ")
	first, size := utf8.DecodeRuneInString(text)
	if strings.ContainsAny(word, "._-") { // a name in its own spelling
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
