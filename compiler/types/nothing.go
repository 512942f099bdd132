package types

import "math/big"

// nothing is a warehouse of which nothing is known.
type nothing struct{}

func (nothing) parse(text string) Type                       { return Type{} }
func (nothing) print(Type) string                            { return "" }
func (nothing) integer(*big.Int) Type                        { return Type{} }
func (nothing) decimal(string) Type                          { return Type{} }
func (nothing) text(string) Type                             { return Type{} }
func (nothing) settle(Type) Type                             { return Type{} }
func (nothing) common([]Type) (Type, bool)                   { return Type{}, true }
func (nothing) union(_, _ Type) (Type, bool)                 { return Type{}, true }
func (nothing) compare(string, Type, Type) (Type, bool)      { return Type{}, true }
func (nothing) cast(_, _ Type) Level                         { return Implicit }
func (nothing) call(string, []Arg) (Result, *CallError)      { return Result{}, nil }
func (nothing) table(string, []Arg) (Result, *CallError)     { return Result{}, nil }
func (nothing) binary(string, Arg, Arg) (Result, *CallError) { return Result{}, nil }
func (nothing) unary(string, Arg) (Result, *CallError)       { return Result{}, nil }
func (nothing) lookup(string) []Signature                    { return nil }
func (nothing) near(string) []string                         { return nil }
