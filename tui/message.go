package tui

import (
	"time"

	"github.com/modsql/mod/compiler/diag"
)

// Msg is something that happened.
type Msg interface{ msg() }

// Key is a key that was pressed, by its name: "j", "enter", "ctrl+c".
type Key string

// Pasted is text that was put in at once.
type Pasted string

// Click is a press of the mouse at a cell, from 0.
type Click struct{ X, Y int }

// Wheel is a turn of the mouse's wheel by so many lines, downwards.
type Wheel struct{ X, Y, Lines int }

// Resized says how large the terminal is.
type Resized Size

// Tick says what time it is; it comes ten times a second while something goes on.
type Tick struct{ Now time.Time }

// Background says whether the terminal's background is light.
type Background struct{ Light bool }

// Loaded brings the project, the first time or anew.
type Loaded struct{ Project *Project }

// Remembered says how nodes ended when they last ran, by ID, as far as earlier runs tell. It is not changed once it was sent.
type Remembered struct{ Last map[string]Outcome }

// Failed says that something which was wanted cannot be had.
type Failed struct {
	What     string // "the plan"
	Text     string
	Hint     string
	Problems []*diag.Diagnostic // instead of Text
}

// Noted is a word to the user.
type Noted struct{ Text string }

// Selected answers [Select].
type Selected struct {
	Seq     int
	IDs     []string
	Problem string // "" if the line means something
}

// Described answers [Describe].
type Described struct{ Details *Details }

// Planned answers [MakePlan].
type Planned struct{ Plan *Plan }

// SyncPlanned answers [PlanSync].
type SyncPlanned struct {
	Sync    string
	Text    string // what mod sync plan prints
	Held    bool   // it would send nothing: guards hold it back
	Failure *Failed
}

// Checked answers [Check].
type Checked struct{ Problems []*diag.Diagnostic }

// RunBegan says that a run has its plan.
type RunBegan struct {
	Steps   []*Step
	Threads int
	At      time.Time
}

// StepBegan says that a node's turn has come.
type StepBegan struct {
	ID string
	At time.Time
}

// StepEnded says how a node ended.
type StepEnded struct{ Step *Step }

// Logged is a line of a run; of no node if ID is "".
type Logged struct{ ID, Text string }

// RunEnded closes a run.
type RunEnded struct {
	Summary string
	Failed  bool
	At      time.Time
	Failure *Failed // what kept it from running; nil for nothing
}

// Queried answers [Query] and [FailingRows], by their Seq.
type Queried struct {
	Seq     int
	Table   *Table
	Failure *Failed
}

// Looked answers [Look].
type Looked struct {
	At    Place
	Table *Table
}

// Edited says that the editor was left.
type Edited struct{ Err string }

// DocsMissing says that there is no documentation that could show the page of a node.
type DocsMissing struct{ ID string }

// Changed says that files of the project were saved, while they are watched.
type Changed struct{}

func (Key) msg()         {}
func (Pasted) msg()      {}
func (Click) msg()       {}
func (Wheel) msg()       {}
func (Resized) msg()     {}
func (Tick) msg()        {}
func (Background) msg()  {}
func (Loaded) msg()      {}
func (Remembered) msg()  {}
func (Failed) msg()      {}
func (Noted) msg()       {}
func (Selected) msg()    {}
func (Described) msg()   {}
func (Planned) msg()     {}
func (SyncPlanned) msg() {}
func (Checked) msg()     {}
func (RunBegan) msg()    {}
func (StepBegan) msg()   {}
func (StepEnded) msg()   {}
func (Logged) msg()      {}
func (RunEnded) msg()    {}
func (Queried) msg()     {}
func (Looked) msg()      {}
func (Edited) msg()      {}
func (DocsMissing) msg() {}
func (Changed) msg()     {}

// Brief is why something failed, in a line.
func (f Failed) Brief() string {
	words := f.Text
	if len(f.Problems) > 0 {
		words = f.Problems[0].Message
		if f.Problems[0].Hint != "" {
			words += ": " + f.Problems[0].Hint
		}
	}
	if f.Hint != "" {
		words += ": " + f.Hint
	}
	return words
}
