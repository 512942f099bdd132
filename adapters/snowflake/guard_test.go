package snowflake

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
	"testing"

	sf "github.com/snowflakedb/gosnowflake"

	"github.com/modsql/mod/adapters"
)

// faulty is a connection of a driver that panics.
type faulty struct{ closed bool }

// QueryArrowStream implements connection.
func (f *faulty) QueryArrowStream(context.Context, string, ...driver.NamedValue) (sf.ArrowStreamLoader, error) {
	var none []string
	_ = none[len(none)]
	return nil, nil
}

// Close implements connection.
func (f *faulty) Close() error { f.closed = true; panic("and again") }

func TestAPanicInTheDriverIsAnErrorOfTheStatement(t *testing.T) {
	t.Parallel()
	conn := &faulty{}
	s := &session{warehouse: &warehouse{}, conn: conn}
	_, err := s.Exec(t.Context(), "comment on table t is 'x'")
	var e *adapters.Error
	if !errors.As(err, &e) || e.Kind != adapters.Failed || !errors.Is(err, adapters.ErrBroken) || !strings.Contains(e.Message, "index out of range") {
		t.Errorf("error is %#v", err)
	}
	if _, err := s.Exec(t.Context(), "select 1"); !errors.Is(err, adapters.ErrBroken) {
		t.Errorf("the session goes on: %v", err)
	}
	if err := s.Close(); err != nil || !conn.closed {
		t.Errorf("close: %v", err)
	}
}
