package jinja

import "fmt"

// failure is what an operation on values did wrong, before the place is known. kind is the name of Python's exception.
type failure struct {
	kind, message, hint string
	name                string // that is undefined
}

func (f *failure) Error() string { return f.message }

func failf(kind, format string, args ...any) error {
	return &failure{kind: kind, message: fmt.Sprintf(format, args...)}
}

func typeErrorf(format string, args ...any) error  { return failf("TypeError", format, args...) }
func valueErrorf(format string, args ...any) error { return failf("ValueError", format, args...) }

// undefinedError is what the use of u reports.
func undefinedError(u *Undefined) error {
	f := &failure{kind: "UndefinedError", message: u.message()}
	if u.Hint == "" {
		f.name = u.Name
	}
	return f
}

// message tells why the value is undefined.
func (u *Undefined) message() string {
	if u.Hint != "" {
		return u.Hint
	}
	return Repr(u.Name) + " is undefined"
}
