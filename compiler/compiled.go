package compiler

import "slices"

// Compiled is what is known of a node's code once it is rendered.
type Compiled struct {
	Code   string
	Path   string // of the compiled file, relative to the project; "" if none was written
	Build  string // of the file with the statements that ran, relative to the project; "" if none was written
	CTEs   []CTE
	Macros []string // IDs of those that its template called
}

func (c *Compiled) build() string {
	if c == nil {
		return ""
	}
	return c.Build
}

// macros are the known macros of a node and those that were called only when its code was compiled. As in dbt, they count among what the
// node depends on then.
func (c *Compiled) macros(known []string) []string {
	if c == nil {
		return known
	}
	all := slices.Clip(known)
	for _, id := range c.Macros {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// describe tells the code, as dbt does, behind the path of it.
func (c *Compiled) describe(into form) {
	if c == nil {
		into.value("compiled_path", nil)
		return
	}
	into.textOrNone("compiled_path", c.Path)
	into.value("compiled", true)
	into.text("compiled_code", c.Code)
	into.value("extra_ctes_injected", true)
	into.dicts("extra_ctes", len(c.CTEs), func(i int, into form) {
		cte := c.CTEs[i]
		into.text("id", cte.ID)
		into.text("sql", " "+cte.Name+" as (\n"+cte.SQL+"\n)")
	})
}
