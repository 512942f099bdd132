package site

import (
	"strings"
	"testing"
	"testing/fstest"
)

func modules(pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return out
}

func TestAModuleComesAfterWhatItImports(t *testing.T) {
	t.Parallel()
	got, _, err := join(modules(
		"js/main.js", "import {a} from \"./deep/a.js\";\nimport {b} from \"./b.js\";\n\n// says\nfunction main() {\n  return a + b;\n}\n",
		"js/deep/a.js", "import {b} from \"../b.js\";\n\nexport const a = b + 1;\n",
		"js/b.js", "export const b = 1;\n",
	), "js/main.js")
	if err != nil {
		t.Fatal(err)
	}
	want := "(() => {\n\"use strict\";\nconst b = 1;\nconst a = b + 1;\nfunction main() {\nreturn a + b;\n}\n})();\n"
	if got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestWhatIsImportedLaterIsASecondScript(t *testing.T) {
	t.Parallel()
	first, second, err := join(modules(
		"js/main.js", "import {a, b} from \"./a.js\";\nimport(\"./deep/late.js\").then((m) => m.late(a, b));\n",
		"js/a.js", "export const a = 1;\nexport const b = 2;\n",
		"js/deep/late.js", "import {b} from \"../a.js\";\nimport {c} from \"./c.js\";\nexport function late() {\n  return b + c;\n}\n",
		"js/deep/c.js", "export const c = 3;\n",
	), "js/main.js")
	if err != nil {
		t.Fatal(err)
	}
	wantFirst := "(() => {\n\"use strict\";\nconst a = 1;\nconst b = 2;\nlater(\"js/deep/late.js\").then((m) => m.late(a, b));\nwindow.__modShared = {b};\n})();\n"
	wantSecond := "window.__modLater = () => {\n\"use strict\";\nconst {b} = window.__modShared;\nconst c = 3;\nfunction late() {\nreturn b + c;\n}\n" +
		"return {\"js/deep/late.js\": {late}};\n};\n"
	if first != wantFirst || second != wantSecond {
		t.Errorf("got %q\nand %q\nwant %q\nand %q", first, second, wantFirst, wantSecond)
	}
}

func TestWhatCannotBeJoinedIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"a name twice":     {modules("m.js", "import {x} from \"./n.js\";\nconst y = x;\n", "n.js", "export const x = 1;\nlet y = 2;\n"), "both declare y"},
		"a default export": {modules("m.js", "export default 1;\n"), "cannot join"},
		"all of a module":  {modules("m.js", "import * as n from \"./n.js\";\n", "n.js", ""), "cannot join"},
		"now and later":    {modules("m.js", "import {x} from \"./n.js\";\nimport(\"./n.js\");\n", "n.js", "export const x = 1;\n"), "both at once and later"},
		"later twice":      {modules("m.js", "import(\"./n.js\");\n", "n.js", "import(\"./o.js\");\n", "o.js", ""), "cannot join"},
		"no later module":  {modules("m.js", "import(\"./n.js\");\n"), "n.js"},
		"no module":        {modules("m.js", "import {x} from \"./n.js\";\n"), "n.js"},
	} {
		if _, _, err := join(c.files, "m.js"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestTheSitesScriptsHoldNoEndOfAScript(t *testing.T) {
	t.Parallel()
	a, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	// With the page and its first data that is far below 190 kB.
	if size := len(a.script) + len(a.style); size > 120_000 {
		t.Errorf("the script and the style have %d bytes", size)
	}
	for _, text := range []string{a.script, a.later, a.style} {
		if i := strings.Index(text, "</"); i >= 0 {
			t.Errorf("%q would end it in a page of one file", text[i:min(len(text), i+20)])
		}
	}
	for _, banned := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
		if strings.Contains(a.script+a.later, banned) {
			t.Errorf("the script uses %s", banned)
		}
	}
}
