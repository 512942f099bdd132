package postgres

import (
	"errors"

	"github.com/pganalyze/pg_query_go/v6/parser"

	"github.com/modsql/mod/adapters"
)

// grammar is the server's own parser, as the library https://github.com/pganalyze/libpg_query takes it out of the server.
type grammar struct{}

func offline(adapters.Config) (adapters.Offline, error) { return grammar{}, nil }

// Parse implements adapters.Offline. Of what the library offers this is what does no more than parse.
func (grammar) Parse(sql string) *adapters.Error {
	_, err := parser.IsUtilityStmt(sql)
	var said *parser.Error
	if !errors.As(err, &said) {
		return nil
	}
	return &adapters.Error{Kind: adapters.BadSyntax, Message: said.Message, Position: byteOffset(sql, said.Cursorpos)}
}

// Close implements adapters.Offline.
func (grammar) Close() error { return nil }
