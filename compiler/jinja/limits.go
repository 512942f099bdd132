package jinja

import (
	"math"
	"strings"
)

// The limits that hold where Options names none.
const (
	defaultSteps  = 200_000_000
	defaultDepth  = 250
	defaultOutput = 256 << 20
)

// Values cost steps by their size, so that the limit of steps is one of memory too: 200 million steps are at most 6.4 GB.
const (
	bytesPerStep = 32
	itemsPerStep = 2
)

// step counts one step of evaluation. The context is asked now and then.
func (s *State) step() error {
	s.steps--
	if s.steps < 0 || s.steps&1023 == 0 {
		return s.check()
	}
	return nil
}

func (s *State) check() error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.steps < 0 {
		return &failure{
			kind: "LimitError", message: "the template did not end within its limit of steps",
			hint: "look for a loop that is too long or a value that grows too large",
		}
	}
	return nil
}

// charge counts the making of a text of n bytes; it is called before the text is made.
func (s *State) charge(n int) error {
	if n < bytesPerStep {
		return nil
	}
	if n > s.output {
		return s.tooLarge()
	}
	s.steps -= n / bytesPerStep
	if s.steps < 0 {
		return s.check()
	}
	return nil
}

// chargeItems counts the making of a list of n items.
func (s *State) chargeItems(n int) error {
	if n < itemsPerStep {
		return nil
	}
	s.steps -= n / itemsPerStep
	if s.steps < 0 {
		return s.check()
	}
	return nil
}

func (s *State) tooLarge() error {
	return &failure{kind: "LimitError", message: "a text became too large", hint: "look for a loop that makes it grow"}
}

func (s *State) repeatText(text string, n int) (string, error) {
	if n > 0 && len(text) > math.MaxInt/n {
		return "", s.tooLarge()
	}
	if err := s.charge(len(text) * n); err != nil {
		return "", err
	}
	return strings.Repeat(text, n), nil
}

func (s *State) repeatItems(items []Value, n int) ([]Value, error) {
	if len(items) == 0 {
		return nil, nil
	}
	if n > 0 && len(items) > math.MaxInt/n {
		return nil, s.tooLarge()
	}
	if err := s.chargeItems(len(items) * n); err != nil {
		return nil, err
	}
	out := make([]Value, 0, len(items)*n)
	for range n {
		out = append(out, items...)
	}
	return out, nil
}
