package syncs

import (
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace is how fast batches are sent. It keeps to the limit that was set; when the destination says that it is too much the pace is
// halved, and grows again with what passes: additive increase, multiplicative decrease, as networks do it
// (https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease). It is safe for concurrent use.
type pace struct {
	mu      sync.Mutex
	now     func() time.Time
	limiter *rate.Limiter
	most    rate.Limit
	until   time.Time // nothing is sent before
	settled time.Time // what is refused before then was sent before the pace was last halved
	first   time.Time // of the sends that count
	sends   int
	passes  int // in a row
}

const (
	settling = 5 * time.Second // a burst of refusals counts once
	growing  = 50              // passes in a row after which the pace grows
	growth   = 0.5             // batches a second
	slowest  = 0.1
)

func newPace(most float64, now func() time.Time) *pace {
	p := &pace{now: now, most: rate.Limit(most), first: now()}
	if most <= 0 {
		p.most = rate.Inf
	}
	p.limiter = rate.NewLimiter(p.most, 1)
	return p
}

// delay is how long to wait before the next batch is sent; that batch is counted.
func (p *pace) delay() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	p.sends++
	delay := p.limiter.ReserveN(now, 1).DelayFrom(now)
	return max(delay, p.until.Sub(now))
}

// passed notes a batch that passed.
func (p *pace) passed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passes++
	if p.passes%growing == 0 && p.limiter.Limit() < p.most {
		p.limiter.SetLimitAt(p.now(), min(p.limiter.Limit()+growth, p.most))
	}
}

// refused notes a batch that did not pass, and returns how long it is to wait before it is sent again: what the destination says, else
// the usual wait. One that came too soon holds up all others.
func (p *pace) refused(err error, usual time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passes = 0
	var e *Error
	if !errors.As(err, &e) || e.Class != Limited {
		return usual
	}
	pause := usual
	if e.After > 0 {
		pause = e.After
	}
	now := p.now()
	if until := now.Add(pause); until.After(p.until) {
		p.until = until
	}
	if now.Before(p.settled) {
		return pause
	}
	p.settled = now.Add(settling)
	current := p.limiter.Limit()
	if current == rate.Inf {
		current = rate.Limit(float64(p.sends) / max(now.Sub(p.first).Seconds(), 1))
	}
	p.limiter.SetLimitAt(now, max(current/2, slowest))
	return pause
}
