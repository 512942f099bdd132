package check

var relationships = Kind{
	Name: "relationships",
	Doc:  "Every value of the column is in a column of another relation. Each row with another value is a failure; null refers to nothing.",
	Args: []Arg{
		{Name: "to", Doc: "The other relation: ref('customers').", Required: true},
		{Name: "field", Doc: "Its column.", Required: true},
	},
}
