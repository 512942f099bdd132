package cmd

import (
	"io"
	"time"

	"github.com/spf13/cobra"
)

// Tree is the command tree, for those who describe it; its commands are not for running.
func Tree() *cobra.Command {
	return newRoot(newApp(System{Out: io.Discard, Err: io.Discard, Now: time.Now}))
}
