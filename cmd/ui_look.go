package cmd

import (
	"context"

	"github.com/modsql/mod/tui"
)

// look is what one of the views of the terminal interface shows.
func (h *hands) look(_ context.Context, at tui.Place) tui.Msg {
	return tui.Looked{At: at, Table: &tui.Table{Title: string(at), Note: "not yet"}}
}
