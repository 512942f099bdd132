package macros

import (
	"path"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// duckdbMethods are what macros for DuckDB ask the adapter besides.
var duckdbMethods = map[string]method{
	"location_exists":                {params: "location", call: adapter.locationExists, parsing: no},
	"external_root":                  {call: adapter.externalRoot, offline: true},
	"external_read_location":         {params: "write_location rendered_options", call: adapter.externalRead, offline: true},
	"external_write_options":         {params: "write_location rendered_options", call: adapter.externalWrite, offline: true},
	"is_motherduck":                  {call: constant(false), offline: true},
	"is_ducklake":                    {params: "relation", call: constant(false), offline: true},
	"use_ducklake_table_workarounds": {params: "relation", call: constant(false), offline: true},
	"catalog_supports_foreign_keys":  {params: "database", call: constant(true), offline: true},
	"existing_key_constraint_types":  {params: "relation", call: adapter.noConstraints, offline: true},
	"disable_transactions":           {call: constant(false), offline: true},
	"ensure_transaction":             {call: adapter.begin, parsing: none},
	"get_binding_char":               {call: constant("?"), offline: true},
	"get_seed_file_path":             {params: "model", call: adapter.seedPath, offline: true},
	"get_temp_relation_path":         {params: "model batch_id?", call: adapter.temporaryPath, offline: true},
	"batch_id_for_model":             {params: "model", call: adapter.batchID, offline: true},
	"escape_sql_string":              {params: "value", call: adapter.escape, offline: true},
	"warn_once":                      {params: "msg", call: adapter.warnOnce, offline: true},
}

func (a adapter) locationExists(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	sql, err := a.text(c, "get_location_exists_sql", args.Value("location"))
	if err != nil {
		return nil, err
	}
	_, _, err = a.Warehouse.Run(c.State.Context(), sql, false)
	return err == nil, c.State.Context().Err()
}

func (a adapter) setting(name, fallback string) string {
	if v, ok := a.Project.Target.Config[name].(string); ok {
		return v
	}
	return fallback
}

func (a adapter) externalRoot(*jinja.Call, bind.Args) (jinja.Value, error) {
	return a.setting("external_root", "."), nil
}

// externalRead is the pattern that reads what was written to a location: a folder per partition or thread needs stars.
func (a adapter) externalRead(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	location := jinja.Str(args.Value("write_location"))
	options := optionsOf(args.Value("rendered_options"))
	partition, _ := options.Get("partition_by")
	threads, _ := options.Get("per_thread_output")
	if !jinja.Truth(partition) && !jinja.Truth(threads) {
		return location, nil
	}
	format := "parquet"
	if v, ok := options.Get("format"); ok {
		format = jinja.Str(v)
	}
	stars := "/*"
	if jinja.Truth(partition) {
		stars += strings.Repeat("/*", strings.Count(jinja.Str(partition), ",")+1)
	}
	return location + stars + "." + format, nil
}

func optionsOf(v jinja.Value) *jinja.Dict {
	if d, ok := v.(*jinja.Dict); ok {
		return d
	}
	return jinja.NewDict()
}

// externalWrite is the options of a COPY to that location; what is not set follows from the file's ending.
func (a adapter) externalWrite(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	options := optionsOf(args.Value("rendered_options"))
	if _, ok := options.Get("format"); !ok {
		inferFormat(jinja.Str(args.Value("write_location")), options)
	}
	if v, _ := options.Get("format"); v == "csv" {
		if _, ok := options.Get("header"); !ok {
			options.Put("header", 1)
		}
	}
	if v, ok := options.Get("partition_by"); ok {
		if s := jinja.Str(v); strings.Contains(s, ",") && !strings.HasPrefix(s, "(") {
			options.Put("partition_by", "("+s+")")
		}
	}
	var out []string
	for k, v := range options.All() {
		key, text := jinja.Str(k), jinja.Str(v)
		if slices.Contains([]string{"delimiter", "quote", "escape", "null"}, strings.ToLower(key)) && !strings.HasPrefix(text, "'") {
			text = "'" + text + "'"
		}
		out = append(out, key+" "+text)
	}
	return strings.Join(out, ", "), nil
}

func inferFormat(location string, options *jinja.Dict) {
	ending := strings.ToLower(path.Ext(location))
	compression := map[string]string{".gz": "gzip", ".zst": "zstd"}[ending]
	if compression != "" {
		ending = strings.ToLower(path.Ext(location[:len(location)-len(ending)]))
	}
	_, delimited := options.Get("delimiter")
	switch {
	case ending != "":
		options.Put("format", ending[1:])
		if _, ok := options.Get("compression"); !ok && compression != "" {
			options.Put("compression", compression)
		}
	case delimited:
		options.Put("format", "csv")
	default:
		options.Put("format", "parquet")
	}
}

func (a adapter) noConstraints(*jinja.Call, bind.Args) (jinja.Value, error) {
	return jinja.NewList(), nil
}

func (a adapter) begin(c *jinja.Call, _ bind.Args) (jinja.Value, error) {
	return nil, a.Warehouse.Begin(c.State.Context())
}

func (a adapter) seedPath(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	model := optionsOf(args.Value("model"))
	root, _ := model.Get("root_path")
	file, _ := model.Get("original_file_path")
	if root == nil {
		root = a.Project.Dir
	}
	return path.Join(jinja.Str(root), jinja.Str(file)), nil
}

// temporaryPath is a name for rows that are on their way into a model, of this run and model alone: model is the relation, or the node.
func (a adapter) temporaryPath(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	out := NewRelation(a.Dialect, a.thisRelation(), "")
	switch model := args.Value("model").(type) {
	case *Relation:
		out.Database, out.Name = model.Database, model.Name
	case *jinja.Dict:
		if v, _ := model.Get("alias"); v != nil {
			out.Name = jinja.Str(v)
		}
	}
	out.Schema = "dbt_temp"
	if v, _ := a.Lookup("model"); v != nil {
		meta, _ := optionsOf(v).Get("meta")
		if schema, _ := optionsOf(meta).Get("temp_schema_name"); schema != nil {
			out.Schema = jinja.Str(schema)
		}
	}
	out.Name += "__" + a.Invocation.ID[strings.LastIndexByte(a.Invocation.ID, '-')+1:]
	if batch := args.Value("batch_id"); batch != nil && batch != "" {
		out.Name += "__" + jinja.Str(batch)
	}
	return out.pathDict(), nil
}

// batchID tells the batches of a microbatch model apart in names: by when each begins; "" for what has no batches.
func (a adapter) batchID(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	batch, _ := optionsOf(args.Value("model")).Get("batch")
	start, _ := optionsOf(batch).Get("event_time_start")
	if start == nil {
		return "", nil
	}
	return strings.NewReplacer("-", "", ":", "", " ", "_", "+", "").Replace(jinja.Str(start)), nil
}

func (a adapter) escape(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	return strings.ReplaceAll(jinja.Str(args.Value("value")), "'", "''"), nil
}

func (a adapter) warnOnce(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	return nil, exceptions{a.Context}.warn(jinja.Str(args.Value("msg")))
}
