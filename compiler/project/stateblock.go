package project

import "github.com/modsql/mod/compiler/jinja"

// StateBlock says where mod keeps what it knows of its own doings: state: in the project file.
type StateBlock struct {
	// Off tells that nothing is remembered of builds: state: false. What syncs have delivered is remembered all the same.
	Off    bool
	Schema string // of the tables
	Target string // where the tables of builds are; "" is where the project is. Those of syncs are always there.
}

// DefaultStateSchema is where the state is if the project does not say.
const DefaultStateSchema = "mod"

// stateBlock reads state:, a mapping or false.
func (r *projectReader) stateBlock() {
	block := &r.l.project.State
	block.Schema = DefaultStateSchema
	n := r.get("state")
	if n.isNull() {
		return
	}
	if off, ok := r.value("state").(bool); ok {
		block.Off = !off
		return
	}
	if n.kind != mapping {
		r.wrongType(n, "state", "a mapping, or false")
		return
	}
	r.checkKeys(n, "a key of state", []string{"schema", "target"}, nil)
	values, _ := r.value("state").(*jinja.Dict)
	for key, into := range map[string]*string{"schema": &block.Schema, "target": &block.Target} {
		v, given := values.Get(key)
		if !given || v == nil {
			continue
		}
		text, ok := v.(string)
		if !ok || text == "" {
			r.wrongType(n.get(key), key, "a name")
			continue
		}
		*into = text
	}
	t := block.Target
	if t != "" && t != r.l.project.Target.Name && !r.l.project.Target.HasBeside(t) {
		r.list.Errorf(n.get("target").at, CodeInvalidProject, "there is no target %q", t).Hint =
			"name one of targets:, or of the outputs of the profile"
	}
}
