package site

import (
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// mask is what hides the values of a column from who may not see them, as its properties declare it. Nothing here asks the warehouse
// whether it is there.
type mask struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // "masking policy", "column mask" or "policy tag"
	With string `json:"with,omitempty"`
}

// masksOf are the masks that are declared on a column, in the forms in which packages and adapters read them:
// meta.masking_policy (https://github.com/entechlog/dbt-snow-mask), column_mask (https://docs.getdbt.com/reference/resource-configs/databricks-configs)
// and policy_tags (https://docs.getdbt.com/reference/resource-configs/bigquery-configs).
func masksOf(c *compiler.Column) []mask {
	var out []mask
	if meta := c.AllMeta(); meta != nil {
		for _, name := range texts(meta, "masking_policy") {
			out = append(out, mask{name, "masking policy", strings.Join(texts(meta, "mp_conditional_columns"), ", ")})
		}
	}
	for _, from := range []*jinja.Dict{c.Extra, c.Config} {
		switch v := valueOf(from, "column_mask").(type) {
		case nil:
		case *jinja.Dict:
			if name := textOf(v, "function"); name != "" {
				out = append(out, mask{name, "column mask", strings.Join(texts(v, "using_columns"), ", ")})
			}
		default:
			out = append(out, mask{Name: jinja.Str(v), Kind: "column mask"})
		}
		for _, tag := range texts(from, "policy_tags") {
			out = append(out, mask{Name: tag, Kind: "policy tag"})
		}
	}
	return out
}

func valueOf(d *jinja.Dict, key string) jinja.Value {
	if d == nil {
		return nil
	}
	v, _ := d.GetString(key)
	return v
}

// texts are a text under a key, or the texts of a list; none if there is nothing.
func texts(d *jinja.Dict, key string) []string {
	switch v := valueOf(d, key).(type) {
	case nil:
		return nil
	case *jinja.List:
		var out []string
		for _, item := range v.Items {
			out = append(out, jinja.Str(item))
		}
		return out
	default:
		if text := jinja.Str(v); text != "" {
			return []string{text}
		}
		return nil
	}
}
