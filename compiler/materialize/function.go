package materialize

import "fmt"

var function = Kind{
	Name: "function",
	Doc:  "Creates a function that other nodes call, or replaces it.",
	Ops: checked(func(r Request) ([]Op, error) {
		d := &draft{Request: r}
		d.hooks(d.Pre, false, Before)
		d.hooks(d.Pre, true, Inside)
		d.add(Op{Phase: Inside, Call: call(fmt.Sprintf("%s_function_%s", r.text("type"), r.Language), r.Target), Main: true, Single: true})
		if d.RelationDocs {
			d.add(Op{Phase: Inside, Call: call("get_function_comment_sql", d.Target)})
		}
		d.hooks(d.Post, true, Inside)
		for i := range r.Overloads { // each by itself: one that fails leaves the others
			create := call(fmt.Sprintf("%s_function_%s", r.text("type"), r.Language), r.Target)
			create.Overload = i + 1
			d.add(Op{Phase: After, Call: create, Single: true})
		}
		d.hooks(d.Post, false, After)
		return d.ops, nil
	}),
}
