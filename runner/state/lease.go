package state

import "time"

// Holder is who has a lease.
type Holder struct {
	Run     string
	By      string // user@host
	Process string // by what another process of the same machine can tell that this one has ended; "" if it cannot
}

// Lease is the right to write a relation. Its token is higher than those that others have had.
type Lease struct {
	Key
	Token int64
	Holder
	Taken, Until time.Time // by the clock of the warehouse
}
