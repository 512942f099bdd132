package state

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

// Holder is who has a lease; see NewHolder.
type Holder struct {
	Run     string
	By      string // user@host
	Process string // which process that is
}

// Lease is the right to write a relation. Whoever has got it later has a higher token, and what the former holder writes in a transaction with a
// fence is refused (https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html).
type Lease struct {
	Key
	Token int64
	Claim string // another one each time that leases are given out
	Holder
	Taken, Until time.Time // by the clock of the warehouse
}

// HeldError is why leases were not given out: others have these.
type HeldError struct {
	Leases []Lease // at least one
	Now    time.Time
}

// Error tells of the first lease who has it, and since when.
func (e *HeldError) Error() string {
	l := e.Leases[0]
	text := fmt.Sprintf("%s in %s is being written by run %s of %s, since %s", l.Node, l.Environment, l.Run, l.By, l.Taken.Format(time.DateTime))
	if left := l.Until.Sub(e.Now).Round(time.Second); left > 0 {
		text += fmt.Sprintf(", and is held for %s more unless it says so again", left)
	}
	if n := len(e.Leases) - 1; n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	return text
}

// ErrLost is a lease that somebody else has got.
var ErrLost = errors.New("the lease was lost")

// Leases gives out the right to write relations. It is safe for concurrent use with sessions of their own. Leases that were given out are kept
// alive by Keep, which renews them, or run out by the clock of the warehouse.
type Leases struct {
	Tables
	Holder Holder
	For    time.Duration // how long a lease lasts; 0 is a minute
	// Alone tells that no other process can have the database open while this one does (adapters.Exclusive): leases of others are of processes that have ended, and those
	// of this one last until they are given back.
	Alone bool
}

func (l Leases) duration() time.Duration {
	if l.For <= 0 {
		return time.Minute
	}
	return l.For
}

func (l Leases) seconds() string { return fmt.Sprintf("%.3f", l.duration().Seconds()) }

// Where sessions that ask for leases at once make one another fail, they try so often, with longer and longer waits in between.
const (
	conflicts    = 20
	shortestWait = 5 * time.Millisecond
	longestWait  = 200 * time.Millisecond
)

// Acquire takes the leases of all keys, or none: then a [*HeldError] says who has which. A lease of a process that has ended on this machine is
// taken at once where nothing that it has begun can still come to pass. conn must not be in a transaction.
func (l Leases) Acquire(ctx context.Context, conn Conn, wanted ...Key) ([]Lease, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	wanted = slices.Clone(wanted)
	slices.SortFunc(wanted, compareKeys)
	wanted = slices.Compact(wanted)
	var dead []string
	for {
		var got []Lease
		err := insist(ctx, func() (err error) {
			got, err = l.acquire(ctx, conn, wanted, dead)
			return err
		})
		var held *HeldError
		if !errors.As(err, &held) {
			return got, err
		}
		ended := l.ended(held.Leases, dead)
		if len(ended) == 0 {
			return nil, err
		}
		dead = append(dead, ended...)
	}
}

// insist does what may be done twice, again where a session that writes at once has made it fail.
func insist(ctx context.Context, do func() error) error {
	for try, wait := 0, shortestWait; ; try, wait = try+1, min(2*wait, longestWait) {
		err := do()
		if err == nil || adapters.KindOf(err) != adapters.Transient || try == conflicts {
			return err
		}
		if why := sleep(ctx, wait); why != nil {
			return errors.Join(why, err)
		}
	}
}

// among does what changes rows and may be done twice. Where no transaction makes sessions wait for one another, one that writes into the same table at once
// makes the other fail, which then does it again.
func (t Tables) among(ctx context.Context, do func() error) error {
	if t.Dialect.Has(dialect.TransactionalDDL) {
		return do()
	}
	return insist(ctx, do)
}

// sleep waits, no longer than ctx.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ended are the claims of processes that have ended and are not known as such yet.
func (l Leases) ended(held []Lease, known []string) (out []string) {
	if !l.Dialect.Has(dialect.TransactionalDDL) {
		return nil // a statement that it sent may still be at work
	}
	for _, h := range held {
		if !slices.Contains(known, h.Claim) && processEnded(h.Process) {
			out = append(out, h.Claim)
		}
	}
	return out
}

func (l Leases) acquire(ctx context.Context, conn Conn, wanted []Key, dead []string) ([]Lease, error) {
	claim := rand.Text()
	keys, err := l.keys(wanted)
	if err != nil {
		return nil, err
	}
	err = l.run(ctx, conn, "state_acquire", l.table("meta"), l.table("leases"), map[string]any{
		"wanted": keys, "claim": claim, "run": clean(l.Holder.Run), "holder": clean(l.Holder.By), "process": clean(l.Holder.Process), "seconds": l.seconds(),
		"alone": l.Alone, "dead": dead,
	})
	if err != nil {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "rollback") // there may be no transaction; the reason for the rollback is what is told
		return nil, fmt.Errorf("take leases: %w", err)
	}
	rows, now, err := l.look(ctx, conn, keys)
	if err != nil {
		return nil, err
	}
	var got, held []Lease
	for _, row := range rows {
		switch {
		case row.Claim == claim:
			if !slices.ContainsFunc(got, func(l Lease) bool { return l.Key == row.Key }) {
				got = append(got, row)
			}
		case row.Until.After(now) || l.Alone && !row.Until.IsZero() && row.Process == l.Holder.Process:
			held = append(held, row)
		}
	}
	if len(held) == 0 && len(got) == len(wanted) {
		return got, nil
	}
	if len(got) > 0 { // somebody else was at it in between
		err = l.Release(ctx, conn, got)
	}
	if len(held) == 0 {
		return nil, errors.Join(err, &adapters.Error{Kind: adapters.Transient, Message: "leases were given back while they were asked for", Position: -1})
	}
	return nil, errors.Join(err, &HeldError{held, now})
}

// keys are keys as the macros take them.
func (l Leases) keys(list []Key) (string, error) {
	var out [][]any
	for _, k := range list {
		out = append(out, k.texts(0)[1:])
	}
	text, err := json.Marshal(out)
	return string(text), err
}

func (l Leases) run(ctx context.Context, conn Conn, macro string, args ...any) error {
	sql, err := l.Spell(ctx, macro, args...)
	if err == nil {
		_, err = conn.Exec(ctx, sql)
	}
	return err
}

// look reads the rows of keys.
func (l Leases) look(ctx context.Context, conn Conn, keys string) (out []Lease, now time.Time, err error) {
	sql, err := l.Spell(ctx, "state_leases", l.table("leases"), keys)
	if err != nil {
		return nil, now, err
	}
	err = rows(ctx, conn, sql, func(row []any) error {
		c := cells{row: row}
		lease := Lease{
			Key: keyOf(append([]any{nil}, row...)), Token: c.number(5), Claim: text(row[6]),
			Holder: Holder{text(row[7]), text(row[8]), text(row[9])}, Taken: c.optionalTime(10), Until: c.optionalTime(11),
		}
		now = c.time(12)
		out = append(out, lease)
		return c.err
	})
	if err != nil {
		return nil, now, fmt.Errorf("read leases: %w", err)
	}
	return out, now, nil
}

// Renew makes leases last from now on. If one was lost, the error wraps ErrLost.
func (l Leases) Renew(ctx context.Context, conn Conn, leases []Lease) error {
	if len(leases) == 0 {
		return nil
	}
	var claims []string
	var wanted []Key
	for _, lease := range leases {
		wanted = append(wanted, lease.Key)
		if !slices.Contains(claims, lease.Claim) {
			claims = append(claims, lease.Claim)
		}
	}
	renew := func() error { return l.run(ctx, conn, "state_renew", l.table("leases"), claims, l.seconds()) }
	if err := l.among(ctx, renew); err != nil {
		return fmt.Errorf("renew leases: %w", err)
	}
	keys, err := l.keys(wanted)
	if err != nil {
		return err
	}
	now, _, err := l.look(ctx, conn, keys)
	if err != nil {
		return err
	}
	for _, mine := range leases {
		i := slices.IndexFunc(now, func(r Lease) bool { return r.Key == mine.Key })
		if i < 0 || now[i].Claim != mine.Claim || now[i].Until.IsZero() {
			return lost(mine)
		}
	}
	return nil
}

func lost(l Lease) error {
	return fmt.Errorf("%w: %s in %s, which run %s had since %s", ErrLost, l.Node, l.Environment, l.Run, l.Taken.Format(time.DateTime))
}

// Release gives leases back. Those that were lost meanwhile stay with whoever has them.
func (l Leases) Release(ctx context.Context, conn Conn, leases []Lease) error {
	byClaim := map[string][]Key{}
	for _, lease := range leases {
		byClaim[lease.Claim] = append(byClaim[lease.Claim], lease.Key)
	}
	for claim, list := range byClaim {
		keys, err := l.keys(list)
		if err == nil {
			err = l.among(ctx, func() error { return l.run(ctx, conn, "state_release", l.table("leases"), claim, keys) })
		}
		if err != nil {
			return fmt.Errorf("give leases back: %w", err)
		}
	}
	return nil
}

// complaint begins what a warehouse says of a fence that refuses.
const complaint = "mod: a lease was lost, and what is still held is "

// Fence spells statements that fail unless the leases, which were taken together, are still held. They go into the transaction that writes, before its commit: on
// Postgres nobody else gets the leases until it has ended. Elsewhere they tell no more than that the leases were held when they ran. None are
// needed where the process is alone.
func (l Leases) Fence(ctx context.Context, leases ...Lease) (string, error) {
	if l.Alone || len(leases) == 0 {
		return "", nil
	}
	var wanted []Key
	for _, lease := range leases {
		if lease.Claim != leases[0].Claim {
			return "", errors.New("fence leases that were not taken together")
		}
		wanted = append(wanted, lease.Key)
	}
	keys, err := l.keys(wanted)
	if err != nil {
		return "", err
	}
	return l.Spell(ctx, "state_fence", l.table("leases"), keys, len(leases), leases[0].Claim, complaint)
}

// Refused makes of the error of a statement that a fence refused one that wraps ErrLost, and leaves others as they are.
func Refused(err error, l Lease) error {
	if err == nil || !strings.Contains(err.Error(), complaint) {
		return err
	}
	return errors.Join(lost(l), err)
}

// Keep renews leases, which held tells, three times in the time that they last, until ctx is over or one is lost. A session that breaks is
// replaced; that nothing could be renewed for as long as leases last is an error that wraps ErrLost, too.
func (l Leases) Keep(ctx context.Context, connect func(context.Context) (adapters.Adapter, error), held func() []Lease) error {
	ticker := time.NewTicker(l.duration() / 3)
	defer ticker.Stop()
	var conn adapters.Adapter
	defer func() {
		if conn != nil {
			_ = conn.Close()
		}
	}()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		begun := time.Now()
		err := l.renewOn(ctx, &conn, connect, held())
		switch {
		case err == nil:
			last = begun
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrLost):
			return err
		case time.Since(last) >= l.duration():
			return fmt.Errorf("%w: %w", ErrLost, err)
		}
	}
}

// renewOn renews on a session that is opened when it is needed, and closed when it fails.
func (l Leases) renewOn(ctx context.Context, conn *adapters.Adapter, connect func(context.Context) (adapters.Adapter, error), leases []Lease) (err error) {
	ctx, cancel := context.WithTimeout(ctx, l.duration())
	defer cancel()
	if *conn == nil {
		if *conn, err = connect(ctx); err != nil {
			*conn = nil
			return err
		}
	}
	if err = l.Renew(ctx, *conn, leases); err != nil && !errors.Is(err, ErrLost) {
		_ = (*conn).Close()
		*conn = nil
	}
	return err
}

// Wait is Acquire that tries again, as long as others hold leases and ctx is not over; pause waits between tries. tell is called with who holds
// what before the first wait, and when that changes; it may be nil.
func (l Leases) Wait(ctx context.Context, conn Conn, pause func(context.Context, time.Duration) error, tell func(*HeldError), wanted ...Key) ([]Lease, error) {
	claim := ""
	for wait := firstWait; ; wait = min(2*wait, l.duration()/6) {
		got, err := l.Acquire(ctx, conn, wanted...)
		var held *HeldError
		if !errors.As(err, &held) {
			return got, err
		}
		if first := held.Leases[0].Claim; first != claim && tell != nil {
			claim = first
			tell(held)
		}
		if why := pause(ctx, wait); why != nil {
			return nil, fmt.Errorf("%w; %w", why, err)
		}
	}
}

// firstWait is how long Wait waits first.
const firstWait = 200 * time.Millisecond
