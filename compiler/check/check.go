// Package check knows the data tests that every project has, what the count of failures means, and which tests one statement can answer.
// How a test finds failures is a macro: see pack/default/tests.sql in package macros.
package check

// Kind is a built-in generic data test.
type Kind struct {
	Name string // as in a properties file
	Doc  string // one sentence
	Args []Arg  // besides model and column_name
}

// Arg is an argument of a test.
type Arg struct {
	Name     string
	Doc      string
	Required bool
}

// Kinds are the built-in tests, in the order in which documents list them. The slice is the caller's.
func Kinds() []*Kind { return []*Kind{&unique, &notNull, &acceptedValues, &relationships} }

// Named returns the built-in test of that name, or nil.
func Named(name string) *Kind {
	for _, k := range Kinds() {
		if k.Name == name {
			return k
		}
	}
	return nil
}
