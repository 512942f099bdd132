package materialize

var ephemeral = Kind{
	Name: "ephemeral",
	Doc:  "Stores nothing: the query becomes a part of each query that reads it.",
	Ops:  func(Request) ([]Op, error) { return nil, nil },
}
