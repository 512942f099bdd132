package project

// functionTypes are what a function may be, and volatilities how much its result may differ between calls.
// https://docs.getdbt.com/reference/function-configs
var (
	functionTypes = []string{"scalar", "aggregate", "table"}
	volatilities  = []string{"deterministic", "stable", "non-deterministic"}
)

// function reads an entry of functions.
func (r *propertiesReader) function(n, name *node) *Node {
	m := r.node(n, name)
	if n.get("returns").isNull() {
		r.list.Errorf(name.at, CodeInvalidProperty, "function %q does not say what it returns", m.Name).Hint = `add "returns: {data_type: integer}"`
	} else {
		r.typed(n.get("returns"), "returns", "data_type")
	}
	r.parameters(n)
	for _, overload := range r.itemsOf(n.get("overloads"), "overloads") {
		r.typed(overload, "an overload", "defined_in")
		r.parameters(overload)
		if returns := overload.get("returns"); !returns.isNull() {
			r.typed(returns, "returns", "data_type")
		}
	}
	config := n.get("config")
	r.oneOf(config.get("type"), "a type of function", functionTypes)
	r.oneOf(config.get("volatility"), "a volatility", volatilities)
	return m
}

// parameters checks the arguments of a function: they have names and types, and those that may be left out come last.
func (r *propertiesReader) parameters(n *node) {
	optional := ""
	for _, a := range r.itemsOf(n.get("arguments"), "arguments") {
		if !r.typed(a, "an argument", "name", "data_type") {
			continue
		}
		switch {
		case !a.get("default_value").isNull():
			optional = a.get("name").text
		case optional != "":
			r.list.Errorf(a.get("name").at, CodeInvalidProperty, "the argument %q has no default and stands behind %q, which has one", a.get("name").text, optional).
				Hint = "put the arguments without a default first"
		}
	}
}

// typed checks that n is a mapping that has those keys, as text.
func (r *propertiesReader) typed(n *node, what string, keys ...string) bool {
	if n.kind != mapping {
		r.list.Errorf(n.at, CodeInvalidProperty, "%s must be a mapping, not %s", what, describe(n)).Hint = `write "` + keys[0] + `: …"`
		return false
	}
	for _, key := range keys {
		if v := n.get(key); v.isNull() || v.kind != scalar {
			r.list.Errorf(n.at, CodeInvalidProperty, "%s without a %s", what, key).Hint = `add "` + key + `:"`
			return false
		}
	}
	return true
}
