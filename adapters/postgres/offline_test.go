package postgres

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
)

func TestParserSaysWhereAStatementCannotBeRead(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]*adapters.Error{
		"select 1":              nil,
		"":                      nil,
		"select 'ö' from where": {Kind: adapters.BadSyntax, Message: `syntax error at or near "where"`, Position: 17},
		"select 'open":          {Kind: adapters.BadSyntax, Message: `unterminated quoted string at or near "'open"`, Position: 7},
		"select id from":        {Kind: adapters.BadSyntax, Message: "syntax error at end of input", Position: 14},
	} {
		if diff := cmp.Diff(want, grammar{}.Parse(sql)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}
}
