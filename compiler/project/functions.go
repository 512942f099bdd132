package project

import "github.com/modsql/mod/compiler/jinja"

// functions are the functions of dbt's base context that need nothing but their arguments.
var functions = map[string]func(c *jinja.Call) (jinja.Value, error){}
