// Package quiet keeps Snowflake's driver from what it does besides talking to Snowflake. It is initialized before the driver, since Go
// initializes packages that depend on nothing of each other in the order of their paths: https://go.dev/ref/spec#Program_initialization.
package quiet

import "os"

// Started is true. Importing it is what has the effect:
//   - The driver would write a library into a temporary folder and load it whenever the program starts, be it for "mod --version"
//     (its "minicore", which does nothing yet but tell its version). A user who sets the variable decides otherwise.
//   - It would ask the clouds' metadata servers where it runs, at the first login, which takes 200 ms where there are none.
var Started = unless("SF_DISABLE_MINICORE", "true") && unless("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")

// unless sets a variable of the environment that is not set.
func unless(name, value string) bool {
	if _, set := os.LookupEnv(name); set {
		return true
	}
	return os.Setenv(name, value) == nil
}
