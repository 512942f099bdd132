package check

var unique = Kind{
	Name: "unique",
	Doc:  "No value is in the column twice. Each value that is counts as one failure; null is no value.",
}
