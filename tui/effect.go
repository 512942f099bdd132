package tui

// Effect is something that is to be done outside. What comes of it is sent back as messages.
type Effect interface{ effect() }

// Load asks for the project as its files are now. It is answered by Loaded, once or more often as more of it is known, or by Failed.
type Load struct{}

// Select asks what a selection line picks; only the answer to the newest one counts.
type Select struct {
	Seq int
	Choice
}

// Describe asks for all that is known of a node.
type Describe struct{ ID string }

// MakePlan asks what is to be done for a selection.
type MakePlan struct{ Choice }

// PlanPromotion asks what promoting an environment would do. It is answered by Planned.
type PlanPromotion struct{ Environment string }

// PlanSync asks what a sync would send.
type PlanSync struct{ Sync string }

// Switch goes to another environment, or with "" to the target's own. It is answered as Load is.
type Switch struct{ Environment string }

// Check asks what is wrong with the nodes of a selection.
type Check struct{ Choice }

// Run carries a command out: run, build, test, apply, sync, promote (its Choice is the environment).
type Run struct {
	Command string
	Choice
	Plan string // of apply and promote: the plan that was shown
}

// Cancel ends what runs: the node of that ID, or all if it is "".
type Cancel struct{ ID string }

// FailingRows asks for the rows that a test found.
type FailingRows struct {
	Seq int
	ID  string
}

// Query asks for rows: of a query of the user's, or of a node if SQL is "".
type Query struct {
	Seq   int
	SQL   string
	ID    string
	Limit int
}

// Look asks for what one of the other views shows.
type Look struct{ At Place }

// Copy puts text on the clipboard.
type Copy struct{ Text string }

// Edit opens a file in the user's editor. It is answered by Edited.
type Edit struct {
	Path string
	Line int
}

// OpenDocs opens the page of a node in the documentation site. Where there is none yet it is answered by DocsMissing, unless it is to be made.
type OpenDocs struct {
	ID   string
	Make bool
}

// Watch says whether to send Changed when files of the project are saved.
type Watch struct{ On bool }

// Quit ends the program. Picked is what was picked, of a picker that was not left without picking.
type Quit struct{ Picked *Choice }

func (Load) effect()          {}
func (Select) effect()        {}
func (Describe) effect()      {}
func (MakePlan) effect()      {}
func (PlanPromotion) effect() {}
func (PlanSync) effect()      {}
func (Switch) effect()        {}
func (Check) effect()         {}
func (Run) effect()           {}
func (Cancel) effect()        {}
func (FailingRows) effect()   {}
func (Query) effect()         {}
func (Look) effect()          {}
func (Copy) effect()          {}
func (Edit) effect()          {}
func (OpenDocs) effect()      {}
func (Watch) effect()         {}
func (Quit) effect()          {}
