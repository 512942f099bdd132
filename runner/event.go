package runner

import (
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/syncs"
)

// Event is something that happened in a run. The console, JSON logs, the terminal interface and run results are views of
// one stream of events. Events of one run are reported one at a time, in the order in which they happened.
type Event interface{ event() }

// Started opens a run.
type Started struct {
	Plan    *plan.Plan
	Threads int
	At      time.Time
}

// StepStarted says that a node's turn has come.
type StepStarted struct {
	Step   *plan.Step
	Number int // from 1, in order of starting
	Total  int
	At     time.Time
}

// Statement is one statement sent to the warehouse, after it ended.
type Statement struct {
	Node *compiler.Node // nil for statements of no node
	SQL  string         // as the project says it
	Sent string         // what the warehouse got: SQL with its query comment
	Took time.Duration
	Rows int64
	Err  error
}

// Logged is a line that a template logged or printed, or a warning of a macro.
type Logged struct {
	Node  *compiler.Node
	Text  string
	Level string // "info", "debug", "warn", "print"
	At    time.Time
}

// Retrying says that a transient failure is about to be tried again.
type Retrying struct {
	Node    *compiler.Node
	Err     error
	Attempt int
	Wait    time.Duration
}

// SyncProgress tells how far a run of a sync has come: that it begins, that it is about to send, and then after each batch.
type SyncProgress struct {
	Plan  SyncPlan // all that is known of it until now: its node, from SyncSending on its counts
	State SyncState
	Sent  syncs.Progress
	At    time.Time
}

// SyncFinished is the end of a run of a sync.
type SyncFinished struct{ Result *SyncResult }

// StepFinished is the end of a node's turn; skipped nodes have one without a StepStarted.
type StepFinished struct {
	Result *Result
	Number int // of its StepStarted; of its own place for skipped ones
	Total  int
}

// BatchFinished is the end of one batch of a microbatch model.
type BatchFinished struct {
	Result *Result // of the batch alone
	Batch  compiler.Batch
	Number int // from 1
	Total  int
}

// Waiting says that the database is held by somebody else, and for how long we are going to wait for it.
type Waiting struct {
	Err  error // says who holds it, if that is known
	Wait time.Duration
}

// Finished closes a run.
type Finished struct{ Results *Results }

func (Started) event()       {}
func (StepStarted) event()   {}
func (Statement) event()     {}
func (Logged) event()        {}
func (Retrying) event()      {}
func (StepFinished) event()  {}
func (BatchFinished) event() {}
func (Waiting) event()       {}
func (SyncProgress) event()  {}
func (SyncFinished) event()  {}
func (Finished) event()      {}

// Status is how a node ended, in dbt's words.
type Status string

// The statuses.
const (
	Success Status = "success"
	Pass    Status = "pass"
	Warn    Status = "warn"
	Fail    Status = "fail" // a data test found failing rows
	Error   Status = "error"
	Skipped Status = "skipped"
	NoOp    Status = "no-op"

	PartialSuccess Status = "partial success" // some batches of a microbatch model failed
)

// Result is how one node ended.
type Result struct {
	Node         *compiler.Node
	Step         *plan.Step
	Status       Status
	Message      string // one line or more: "SELECT 100", "Got 3 results, configured to fail if != 0", the warehouse's words
	Failures     *int   // failing rows of a data test, 0 of a node that is only noted; nil for others
	Response     string // what the warehouse says of the main statement: its command tag; "" if there was none
	Rows         int64  // rows affected, -1 if not told
	Code         string // the command tag's verb
	QueryID      string
	Bytes        int64          // that the main statement read, as the warehouse counts them; 0 if not told
	Compiled     string         // the compiled code; "" if it was not compiled
	CompiledPath string         // of the file in target/, relative to the project; "" if none
	BuildPath    string         // of the file with the statements that ran, as CompiledPath
	CTEs         []compiler.CTE // of the compiled code
	Macros       []string       // IDs of those that the code called
	// Problem is the failure at its place in the user's files; nil if it has none, or if there was no failure.
	Problem                                 *diag.Diagnostic
	Err                                     error
	Batches                                 *Batches       // of a microbatch model; nil for others
	Overloads                               *Overloads     // of a function that has some; nil for others
	Because                                 *compiler.Node // the failed node a skipped one depends on
	Thread                                  int            // from 1
	Started, Compiling, Executing, Finished time.Time

	// HeldBack is the data test because of which what was built is not published; nil if none held it back.
	HeldBack *compiler.Node
	// Found are rows that a data test found in what was then taken back; nil for others, and unless the runner's MostFound asks for them.
	Found *Found

	keeps  bool // what the node had before may be kept since
	vacant bool // and there was nothing
	undone bool // but it is as it was: the transaction was taken back

	cancelled bool // somebody cancelled it, or what it needs
	scope
}

// Results are the results of a run, in order of finishing.
type Results struct {
	All               []*Result
	Started, Finished time.Time
	Interrupted       bool
	Invalid           bool // a hook of on-run-start or on-run-end could not be rendered: as in dbt, the command is wrong and not a node
}

// Failed tells whether a node or a test failed.
func (r *Results) Failed() bool {
	for _, x := range r.All {
		if isFailure(x) {
			return true
		}
	}
	return false
}
