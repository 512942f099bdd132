package jinja_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

type globals map[string]jinja.Value

func (g globals) Lookup(name string) (jinja.Value, bool) {
	v, ok := g[name]
	return v, ok
}

type corpusCase struct {
	Name string
	Src  string
	Out  *string
	Err  *string
}

func readCorpus(t testing.TB, path string) []corpusCase {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	var cases []corpusCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestSharedCorpus holds the engine to what Jinja2 made of templates as dbt projects have them.
func TestSharedCorpus(t *testing.T) {
	t.Parallel()
	path := os.Getenv("MOD_JINJA_CORPUS")
	if path == "" {
		path = "../../../shared/cases/jinja/corpus.json"
	}
	runCorpus(t, readCorpus(t, path), func() globals { return dbtLike() })
}

// TestCorpus holds the engine to what Jinja2 made of our own templates: testdata/corpus.txt, rendered by testdata/corpus.py.
func TestCorpus(t *testing.T) {
	t.Parallel()
	runCorpus(t, readCorpus(t, "testdata/corpus.json"), func() globals { return nil })
}

func runCorpus(t *testing.T, cases []corpusCase, g func() globals) {
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			out, err := render(t.Context(), c.Src, g())
			switch {
			case c.Out != nil && err != nil:
				t.Errorf("%q\nfails: %v\nwant %q", c.Src, err, *c.Out)
			case c.Out != nil && out != *c.Out:
				t.Errorf("%q\ngives %q\nwant  %q", c.Src, out, *c.Out)
			case c.Out == nil && err == nil:
				t.Errorf("%q\ngives %q\nwant the error %s", c.Src, out, *c.Err)
			case c.Out == nil:
				checkMessage(t, c, err)
			}
		})
	}
}

// checkMessage compares the words of an error. What the engine says in its own words is listed in the corpus without a message.
func checkMessage(t *testing.T, c corpusCase, err error) {
	t.Helper()
	_, want, _ := strings.Cut(*c.Err, ": ")
	if i := strings.LastIndex(want, " (line "); i >= 0 {
		want = want[:i]
	}
	want = strings.TrimSuffix(want, ".")
	got := err.Error()
	var e *jinja.Error
	if errors.As(err, &e) {
		got = strings.TrimSuffix(e.Message, ".")
	}
	if want != "" && !strings.EqualFold(got, want) {
		t.Errorf("%q\nfails with %q\nwant       %q", c.Src, got, want)
	}
}

// render gives the text, or an error whose text is the message alone.
func render(ctx context.Context, src string, g globals) (string, error) {
	tmpl, problems := jinja.Parse(diag.NewSource("model.sql", src))
	if tmpl == nil {
		return "", errors.New(strings.TrimSuffix(problems.Sorted()[0].Message, "."))
	}
	out, err := tmpl.Render(ctx, g, jinja.Options{})
	if err != nil {
		return "", err
	}
	return out.Text, nil
}

func fn(name string, f func(c *jinja.Call) (jinja.Value, error)) jinja.Func {
	return jinja.Func{Name: name, Fn: f}
}

// dbtLike are a few names of dbt's, each as simple as its use in the corpus.
func dbtLike() globals {
	quote := func(c *jinja.Call) string {
		var parts []string
		for _, a := range c.Args {
			parts = append(parts, `"`+jinja.Str(a)+`"`)
		}
		text := strings.Join(parts, ".")
		if v, ok := c.Kwargs.GetString("v"); ok {
			text += "_v" + jinja.Str(v)
		}
		return text
	}
	second := func(c *jinja.Call) (jinja.Value, error) {
		if len(c.Args) > 1 {
			return c.Args[1], nil
		}
		return nil, nil
	}
	first := func(c *jinja.Call) (jinja.Value, error) {
		if len(c.Args) == 0 {
			return nil, errors.New("an argument is missing")
		}
		return c.Args[0], nil
	}
	empty := func(*jinja.Call) (jinja.Value, error) { return "", nil }
	g := globals{
		"d":              jinja.NewDict(),
		"execute":        true,
		"config":         fn("config", empty),
		"log":            fn("log", empty),
		"print":          fn("print", empty),
		"var":            fn("var", second),
		"env_var":        fn("env_var", second),
		"ref":            fn("ref", func(c *jinja.Call) (jinja.Value, error) { return quote(c), nil }),
		"source":         fn("source", func(c *jinja.Call) (jinja.Value, error) { return quote(c), nil }),
		"is_incremental": fn("is_incremental", func(*jinja.Call) (jinja.Value, error) { return true, nil }),
		"return": fn("return", func(c *jinja.Call) (jinja.Value, error) {
			v, err := first(c)
			if err != nil {
				return nil, err
			}
			return nil, &jinja.Return{Value: v}
		}),
		"this":    relation{},
		"target":  jinja.DictOf("name", "dev", "schema", "sch"),
		"modules": jinja.DictOf("datetime", jinja.DictOf("tag", "DT")),
		"exceptions": jinja.DictOf("raise_compiler_error", fn("raise_compiler_error", func(c *jinja.Call) (jinja.Value, error) {
			v, err := first(c)
			return nil, errors.Join(err, errors.New(jinja.Str(v)))
		})),
		"tojson": fn("tojson", func(c *jinja.Call) (jinja.Value, error) {
			v, err := first(c)
			if err != nil {
				return nil, err
			}
			return jinja.JSON{}.Dump(v)
		}),
		"fromjson": fn("fromjson", func(c *jinja.Call) (jinja.Value, error) {
			return jinja.NewList(1, 2), nil
		}),
		"run_query": fn("run_query", func(*jinja.Call) (jinja.Value, error) {
			values := fn("values", func(*jinja.Call) (jinja.Value, error) { return jinja.NewTuple(1, 2), nil })
			return object{"columns": jinja.NewList(object{"values": values})}, nil
		}),
		"dbt_utils": jinja.DictOf("star2", fn("star2", func(c *jinja.Call) (jinja.Value, error) {
			y, _ := c.Kwargs.GetString("y")
			x, err := first(c)
			return jinja.Str(x) + jinja.Str(y), err
		})),
	}
	g["adapter"] = adapter{}
	return g
}

// object is a host value with attributes alone.
type object map[string]jinja.Value

func (o object) Attr(name string) (jinja.Value, bool) {
	v, ok := o[name]
	return v, ok
}

type relation struct{}

func (relation) Attr(name string) (jinja.Value, bool) {
	v, ok := map[string]string{"schema": "s", "name": "m"}[name]
	return v, ok
}

func (relation) String() string { return `"s"."m"` }

type adapter struct{}

func (adapter) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "quote":
		return fn("quote", func(c *jinja.Call) (jinja.Value, error) { return fmt.Sprintf("%q", jinja.Str(c.Args[0])), nil }), true
	case "dispatch":
		return fn("dispatch", func(c *jinja.Call) (jinja.Value, error) {
			return fn("sha", func(c *jinja.Call) (jinja.Value, error) { return "sha(" + jinja.Str(c.Args[0]) + ")", nil }), nil
		}), true
	}
	return nil, false
}
