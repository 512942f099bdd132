package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/docs/site"
)

type docsOptions struct {
	selection
	compile, empty, single, profile, check bool
	profileRows                            int64
}

// profiledRows is how many rows of a relation are read for statistics, unless somebody says otherwise.
const profiledRows = 1_000_000

func newDocs(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "docs",
		Short: "Write what is known of the project, for documentation and other tools",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newDocsGenerate(a), newDocsServe(a))
	return c
}

func newDocsGenerate(a *app) *cobra.Command {
	o := docsOptions{compile: true, check: true, profileRows: profiledRows}
	c := &cobra.Command{
		Use:   "generate",
		Short: "Write the documentation as a site, manifest.json and catalog.json",
		Long: `Compile the project, look at what the warehouse holds of it, and write both down: target/docs is a site for people, which opens from
the folder (index.html) and under any path of any server; target/manifest.json says what was meant, target/catalog.json what is
there, with the types of all columns.

  mod docs generate
  mod docs generate --single-file        the site as one file too, target/static_index.html
  mod docs generate --select staging     the catalog of some models
  mod docs generate --profile            with statistics of what the relations hold, target/profile.json; of personal data none
  mod docs generate --state prod         how the project differs from another environment, by the manifest in its folder
  mod docs generate --empty-catalog      without asking the warehouse`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.generateDocs(c.Context(), o) },
	}
	o.selection.register(a, c)
	toggle(c.Flags(), &o.compile, "compile", "", "compile the project, and write its manifest")
	toggle(c.Flags(), &o.check, "check", "", "show on the site what `mod check` finds")
	c.Flags().BoolVar(&o.empty, "empty-catalog", false, "write a catalog that says nothing, without asking the warehouse")
	c.Flags().BoolVar(&o.single, "single-file", false, "write the site as one file too")
	c.Flags().BoolVar(&o.profile, "profile-data", false, "ask the warehouse for statistics of what the relations hold; --profile without a name is short for it")
	c.Flags().Int64Var(&o.profileRows, "profile-rows", o.profileRows, "read about so many `rows` of a larger relation for its statistics; 0 reads all")
	c.Flags().BoolVar(&o.single, "static", false, "") // dbt's word
	hide(c.Flags(), "static")
	return c
}

// documented are the types of node that a selection of the docs may pick.
var documented = []compiler.Type{
	compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test, compiler.Analysis, compiler.Source,
}

func (a *app) generateDocs(ctx context.Context, o docsOptions) error {
	if o.profile && o.empty {
		return usagef("leave one of them out", "--profile asks the warehouse, and --empty-catalog does not")
	}
	s, err := a.compile(compileOptions{which: "generate", needTarget: !o.empty, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	nodes, err := s.pick(o.selection, documented...)
	if err != nil {
		return err
	}
	elsewhere, err := s.environment() // before anything is written that may be in its folder
	if err != nil {
		return err
	}
	write := func() error { return nil }
	if o.compile {
		if write, err = s.compileAll(ctx, nodes); err != nil {
			return err
		}
	}
	if err := together(write, func() error { return s.document(ctx, o, nodes, elsewhere) }); err != nil {
		return err
	}
	s.tellOfDocs(o)
	return nil
}

// document writes the catalog and the site.
func (s *session) document(ctx context.Context, o docsOptions, nodes []*compiler.Node, elsewhere *site.Environment) error {
	if err := s.copyAssets(s.targetDir()); err != nil {
		return err
	}
	tables, err := s.catalogue(ctx, o, nodes)
	if err != nil {
		return err
	}
	told := siteOptions{single: o.single, unchecked: !o.check, elsewhere: elsewhere, catalog: tables}
	if o.profile {
		told.columns = s.columns(ctx, told, tables)
		if err := s.profile(ctx, nodes, told.columns, o.profileRows); err != nil {
			return err
		}
	}
	return s.writeSite(ctx, told)
}

// catalogue writes the catalog, and returns what the warehouse holds if it was asked.
func (s *session) catalogue(ctx context.Context, o docsOptions, nodes []*compiler.Node) (tables *relation.Catalog, err error) {
	catalog := &artifact.Catalog{Metadata: s.about(), Graph: s.graph}
	if !o.empty {
		if catalog.Tables, err = s.inspect(ctx, nodes); err != nil {
			return nil, err
		}
		picked := map[string]bool{}
		for _, n := range nodes {
			picked[n.ID] = true
		}
		catalog.Keep = func(id string) bool { return picked[id] }
	}
	return catalog.Tables, s.writeArtifact("catalog.json", catalog.Write)
}

func (s *session) tellOfDocs(o docsOptions) {
	if !s.flags.writeJSON {
		return
	}
	names := []string{"catalog.json", filepath.Join(siteFolder, "index.html")}
	if o.compile {
		names = append([]string{"manifest.json"}, names...)
	}
	if o.profile {
		names = append(names, profileFile)
	}
	if o.single {
		names = append(names, singleFile)
	}
	for i, name := range names {
		names[i] = s.shown(filepath.Join(s.targetDir(), name))
	}
	s.view.note("wrote " + join(names, "and"))
}

// compileAll renders what has code. What it returns writes it, and the manifest, and may do so beside what only reads the session.
func (s *session) compileAll(ctx context.Context, nodes []*compiler.Node) (write func() error, err error) {
	var code []*compiler.Node
	for _, n := range nodes {
		if n.Type != compiler.Source && n.Type != compiler.Seed {
			code = append(code, n)
		}
	}
	rendered, err := s.renderAll(ctx, code)
	if err != nil {
		return nil, err
	}
	return s.keepAll(code, code, rendered), nil
}

// inspect looks at everything that the warehouse holds of those nodes, in one query.
func (s *session) inspect(ctx context.Context, nodes []*compiler.Node) (*relation.Catalog, error) {
	var stored []*compiler.Node
	for _, n := range nodes {
		if artifact.Catalogued(n) {
			stored = append(stored, n)
		}
	}
	r, err := s.reach(ctx, stored)
	if err != nil {
		return nil, err
	}
	seen, err := r.Observe(ctx, stored)
	return seen.All(), errors.Join(err, r.Close())
}

// copyAssets copies the project's asset-paths to a folder of documents that look for them there.
func (s *session) copyAssets(into string) error {
	if !s.flags.writeJSON {
		return nil
	}
	for _, path := range s.project.Root.Paths.Assets {
		from, to := filepath.Join(s.project.Dir, path), filepath.Join(into, path)
		if info, err := os.Stat(from); err != nil || !info.IsDir() || !filepath.IsLocal(path) {
			continue
		}
		if err := errors.Join(os.RemoveAll(to), os.MkdirAll(filepath.Dir(to), 0o777)); err != nil {
			return err
		}
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			return err
		}
	}
	return nil
}
