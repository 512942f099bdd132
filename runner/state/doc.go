// Package state remembers between runs what a warehouse does not tell: what was built, of which code, which ranges of time are loaded, who may
// write a relation now ([Tables]), and how long each node took ([File]).
//
// The tables are in a schema of the warehouse, or of another one. [Tables.Ensure] makes them, [Tables.Read] reads all that is known of some
// environments in one query, [Tables.Details] what single builds consisted of. [Tables.Record] and its kin only spell statements, so that they
// run in the transaction of what they tell of. Ensure and Read take a catalog of the schema, which a run has seen anyway: a plan reads a state
// that nobody has made yet without making it.
//
// Rows of events are only added, so that sessions do not get in each other's way, and of two rows the one with the higher number is the later one:
// numbers grow in the warehouse, while clocks may go backwards. What was edited by hand and cannot be true is a [Problem]. Then less is known
// than was written, never more: the worst that comes of it is that something is built again.
//
// The file of [File] costs nothing but a good guess if it is lost.
package state
