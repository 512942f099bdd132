package cmd

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/compiler/dialect"
)

// starter are the files of a new project. Its connection is the warehouse's to write: [adapters.Driver.Starter].
//
//go:embed all:starter
var starter embed.FS

type initOptions struct {
	name      string // of the folder; "" is the working directory
	warehouse string // "" asks
}

func newInit(a *app) *cobra.Command {
	o := initOptions{}
	c := &cobra.Command{
		Use:   "init [folder]",
		Short: "Start a project that works",
		Long: `Write a small project to a folder: a seed, two models and their tests. One question is asked, the warehouse; with
--warehouse, or where nobody can answer, none. Files that are there are left as they are.

  mod init shop
  mod init shop --warehouse postgres`,
		Args: atMostOne("folder"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.name = args[0]
			}
			return a.init(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.warehouse, "warehouse", "w", "", "the warehouse: "+join(warehouses(), "or"))
	c.Flags().BoolP("skip-profile-setup", "s", false, "")
	c.Flags().Bool("skip-debug", false, "")
	hide(c.Flags(), "skip-profile-setup", "skip-debug")
	a.completes(c, "warehouse", cobra.FixedCompletions(warehouses(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func warehouses() []string {
	var names []string
	for _, d := range all.Drivers() {
		names = append(names, d.Name)
	}
	return names
}

func (a *app) init(ctx context.Context, o initOptions) error {
	dir := a.absolute(o.name)
	if dir == "" {
		dir = a.Dir
	}
	if hasProject(dir) {
		return usagef("choose another folder", "there is a project in %s", dir)
	}
	if o.warehouse == "" {
		var err error
		if o.warehouse, err = a.ask(ctx, "Which warehouse?", warehouses()); err != nil {
			return err
		}
	}
	if err := oneOf("--warehouse", o.warehouse, warehouses()...); err != nil {
		return err
	}
	values, err := starterValues(projectName(filepath.Base(dir)), o.warehouse)
	if err != nil {
		return err
	}
	written, err := writeStarter(dir, values)
	if err != nil {
		return err
	}
	for _, path := range written {
		a.view.note("✓ " + path)
	}
	next := "mod build"
	if o.name != "" {
		next = "cd " + o.name + " && mod build"
	}
	a.view.note("\nNow run: " + next)
	if o.warehouse != dialect.Embedded.Name {
		a.view.note("The connection is in project.yml, under targets.")
	}
	return nil
}

// ask asks a person to choose; the first choice is the answer of who just presses return, and of nobody.
func (a *app) ask(ctx context.Context, question string, choices []string) (string, error) {
	if !a.Prompts {
		return choices[0], nil
	}
	lines := bufio.NewScanner(a.In)
	for ctx.Err() == nil {
		fmt.Fprintf(a.err, "%s %s [%s] ", question, strings.Join(choices, ", "), choices[0])
		if !lines.Scan() {
			return "", errors.Join(lines.Err(), usagef("name it with --warehouse", "nothing was chosen"))
		}
		answer := strings.ToLower(strings.TrimSpace(lines.Text()))
		if answer == "" {
			return choices[0], nil
		}
		for _, c := range choices {
			if strings.HasPrefix(c, answer) {
				return c, nil
			}
		}
	}
	return "", context.Cause(ctx)
}

// projectName makes a name that a project may have of that of a folder.
func projectName(folder string) string {
	name := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return '_'
	}, folder)
	name = strings.Trim(name, "_")
	if name == "" || unicode.IsDigit(rune(name[0])) {
		name = "project_" + name
	}
	return strings.TrimRight(name, "_")
}

// starterValues are what the files of a new project are filled with.
func starterValues(name, warehouse string) (map[string]string, error) {
	values := map[string]string{"Name": name}
	text, err := fill(all.Named(warehouse).Starter, values)
	values["Target"] = string(text)
	return values, err
}

// writeStarter writes the files of a new project that are not there, and returns their paths.
func writeStarter(dir string, values map[string]string) ([]string, error) {
	var written []string
	err := fs.WalkDir(starter, "starter", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := starter.ReadFile(path)
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(path, "starter/")
		if name, ok := strings.CutSuffix(rel, ".tmpl"); ok {
			rel = name
			if text, err = fill(string(text), values); err != nil {
				return err
			}
		}
		if rel == "gitignore" {
			rel = ".gitignore"
		}
		made, err := create(filepath.Join(dir, filepath.FromSlash(rel)), text)
		if made {
			written = append(written, rel)
		}
		return err
	})
	slices.Sort(written)
	return written, err
}

// fill puts values into a text, between << and >>, since {{ }} is for the project's own templates.
func fill(text string, values map[string]string) ([]byte, error) {
	t, err := template.New("").Delims("<<", ">>").Parse(text)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	err = t.Execute(&b, values)
	return []byte(b.String()), err
}

// create writes a new file; one that is there stays as it is.
func create(path string, text []byte) (made bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = f.Write(text)
	return true, errors.Join(err, f.Close())
}
