package runner

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// BadQueryComment is for a query-comment that would end the SQL comment that it stands in.
const BadQueryComment diag.Code = "bad-query-comment"

// comments makes the query comment of each node.
type comments struct {
	graph   *compiler.Graph
	version string // the dbt release that mod answers as
}

// newComments finds out what all comments of a graph have in common.
func newComments(ctx context.Context, g *compiler.Graph) (comments, error) {
	blank, err := g.Operation(ctx, g.Project.Root, nothing(g), compiler.Sight{}, nil)
	if err != nil {
		return comments{}, err
	}
	return comments{graph: g, version: cmp.Or(blank.Context.Invocation.Version, macros.Release)}, nil
}

// nothing is the text of an operation that is wanted for its context alone.
func nothing(g *compiler.Graph) project.Text {
	return project.Text{At: diag.Span{Source: g.Project.Root.Source}}
}

// of is the comment of a node's statements, or, without a node, of those of a connection with that name.
func (c comments) of(ctx context.Context, n *compiler.Node, connection string) (comment, error) {
	setting := c.graph.Project.Root.QueryComment
	if setting == nil {
		return comment{text: c.standard(n, connection)}, nil
	}
	if strings.TrimSpace(setting.Comment) == "" {
		return comment{}, nil
	}
	// dbt evaluates the setting as the body of a macro: it may call return().
	text := "{%- macro query_comment_macro(connection_name, node) -%}\n" + setting.Comment +
		"\n{% endmacro %}{{ query_comment_macro(connection_name, node) }}"
	extra := map[string]jinja.Value{"connection_name": connection, "node": nil}
	if n != nil {
		extra["node"] = c.graph.Describe(n)
	}
	root := c.graph.Project.Root
	rendered, err := c.graph.Operation(ctx, root, project.Text{Text: text, At: diag.Span{Source: root.Source}}, compiler.Sight{}, extra)
	if err != nil {
		return comment{}, fmt.Errorf("render the query comment: %w", err)
	}
	words := strings.TrimSpace(rendered.SQL)
	if strings.Contains(words, "*/") {
		return comment{}, &diag.Diagnostic{Code: BadQueryComment, Span: diag.Span{Source: root.Source}, Message: fmt.Sprintf("the query comment contains \"*/\": %s", words)}
	}
	return comment{text: words, behind: setting.Append}, nil
}

// standard is the comment of a project that does not say: dbt's, with our name.
func (c comments) standard(n *compiler.Node, connection string) string {
	target := c.graph.Project.Target
	words := []string{"app", "mod", "dbt_version", c.version, "profile_name", target.ProfileName, "target_name", target.Name}
	if n != nil {
		words = append(words, "node_id", n.ID)
	} else {
		words = append(words, "connection_name", connection)
	}
	var b strings.Builder
	for i := 0; i < len(words); i += 2 {
		b.WriteString(map[bool]string{true: "{", false: ", "}[i == 0])
		b.WriteString(quoted(words[i]) + ": " + quoted(words[i+1]))
	}
	// What closes a comment must not come from a name.
	return strings.ReplaceAll(b.String()+"}", "*/", "*\\/")
}

// quoted is a JSON string.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""` // no string fails to encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}
