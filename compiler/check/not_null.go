package check

var notNull = Kind{
	Name: "not_null",
	Doc:  "Every row has a value in the column. Each row without one is a failure.",
}
