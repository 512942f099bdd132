// Command mod turns a folder of SQL models into tested, up-to-date tables in a warehouse.
package main

import (
	"os"

	"github.com/modsql/mod/cmd"
)

func main() { os.Exit(cmd.Main()) }
