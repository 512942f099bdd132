package reference

import (
	"os"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/selector"
)

func TestGuidesTellOfEveryMethodAndMaterialization(t *testing.T) {
	t.Parallel()
	selection, models := guide(t, "selection.md"), guide(t, "models.md")
	for _, name := range selector.Methods() {
		if !strings.Contains(selection, "`"+name+":") && !strings.Contains(selection, "`"+name+".") {
			t.Errorf("docs/guides/selection.md does not tell of the method %q", name)
		}
	}
	for _, k := range materialize.Kinds() {
		switch k.Name {
		case "snapshot", "seed", "copy", "test", "unit", "function": // nodes of kinds of their own
			continue
		}
		if !strings.Contains(models, "\n| `"+k.Name+"`") {
			t.Errorf("docs/guides/models.md does not tell of the materialization %q", k.Name)
		}
	}
}

func guide(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../guides/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
