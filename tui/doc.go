// Package tui is the terminal interface of mod without a terminal: what is shown, what a key does, and what has to be done for it.
//
// It is pure. [Update] takes what happened and gives the next [State] with the effects that are wanted, as data; [View] draws a state
// in a size. Who carries effects out sends what came of them back as messages. Package tui/shell does that on a real terminal.
package tui
