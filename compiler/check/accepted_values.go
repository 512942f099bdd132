package check

var acceptedValues = Kind{
	Name: "accepted_values",
	Doc:  "The column has no values but these. Each other value counts as one failure, in however many rows it is; null is accepted.",
	Args: []Arg{
		{Name: "values", Doc: "The values that may be in the column.", Required: true},
		{Name: "quote", Doc: "Whether the values are text; true unless set to false."},
	},
}
