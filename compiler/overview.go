package compiler

import "github.com/modsql/mod/compiler/project"

// overview is the docs block that the sites of dbt's artifacts open with where the project has no block __overview__ of its own.
// https://docs.getdbt.com/docs/build/view-documentation#set-overview-page
func overview() *Doc {
	return &Doc{
		Package: "dbt", Name: "__overview__", Text: overviewText,
		File: &project.File{Name: "overview", Rel: "overview.md", Path: "docs/overview.md"},
	}
}

const overviewText = `## About this project

These pages were made from the project's files and from what its warehouse holds.

- **Project** shows models, seeds, snapshots, sources and tests by folder, as they are written.
- **Database** shows the relations that they are stored in, by schema. Ephemeral models are not stored and not shown there.
- The **graph** of a node shows what it is made of and what is made of it.

To put a text of your own here, write a docs block that is called ` + "`__overview__`" + ` in a Markdown file of the project.`
