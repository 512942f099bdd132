package snowflake

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	sf "github.com/snowflakedb/gosnowflake"

	"github.com/modsql/mod/adapters"
)

var (
	// leading is what may stand before the first word of a statement.
	leading    = regexp.MustCompile(`^(?:\s+|--[^\n]*(?:\n|$)|//[^\n]*(?:\n|$)|/\*(?s:.*?)\*/|\()+`)
	overwrites = regexp.MustCompile(`(?i)\binsert\s+overwrite\b`)
	codes      = regexp.MustCompile(`^\d{6} \(\w{5}\): |, URL: \S+`) // the code, which stands by itself, and the address that was asked
	place      = regexp.MustCompile(`(: |^)(?:error )?line (\d+) at position (\d+)|\bline (\d+) at position (\d+)`)
	spaces     = regexp.MustCompile(`\s+`)
	// values are rows that the server quotes in its errors; they are the users' data, as in dbt.
	values = regexp.MustCompile(`(?s)(Row Values: \[).*(\])|(Duplicate field key ').*(')`)
)

// failure makes an error of whatever ended a statement.
func (s *session) failure(ctx context.Context, err error, statement adapters.Statement) error {
	if ctx.Err() != nil {
		s.broken = true // the server may still be about to stop it
		return errors.Join(cancelled(ctx), adapters.ErrBroken)
	}
	var e *adapters.Error
	if !errors.As(err, &e) {
		e = statementError(err, statement)
	}
	if e.Kind == adapters.Transient && lost(err) || errors.Is(err, adapters.ErrBroken) {
		s.broken = true
		e.Cause = adapters.ErrBroken
		if e.Kind == adapters.Transient && !gone(err) && !s.again(statement.Text) {
			e.Kind = adapters.Failed
			e.Hint = "it is not known whether the statement was carried out: look at what it changes before it is run again"
		}
	}
	return e
}

// gone tells that the server does not know the session any more: it has taken back what the session was about to do.
func gone(err error) bool {
	var said *sf.SnowflakeError
	return errors.As(err, &said) && said.Number >= 390_000 && said.Number < 391_000
}

// again tells whether a statement of a lost connection can be carried out anew: it changes nothing, it replaces what it makes, or it is part of a
// transaction, which the server rolls back with the session.
func (s *session) again(statement string) bool {
	switch verb(statement) {
	case "insert", "update", "delete", "merge", "copy":
		return s.open || overwrites.MatchString(statement)
	case "commit", "call", "execute", "put":
		return false
	}
	return true
}

// statementError makes an error of what the driver says about a statement.
func statementError(err error, statement adapters.Statement) *adapters.Error {
	var said *sf.SnowflakeError
	if !errors.As(err, &said) {
		return &adapters.Error{Kind: networkKind(err), Message: reason(err), Position: -1}
	}
	e := &adapters.Error{Kind: kindOf(said), Code: fmt.Sprintf("%06d", said.Number), Position: -1, Hint: hints[said.Number]}
	text := strings.TrimSpace(values.ReplaceAllString(codes.ReplaceAllString(message(said), ""), "$1$3…$2$4"))
	if at := place.FindStringSubmatch(text); at != nil {
		line, _ := strconv.Atoi(at[2] + at[4])
		column, _ := strconv.Atoi(at[3] + at[5])
		if offset := byteOffset(statement.Text, line, column); offset >= 0 {
			e.Position = statement.Offset + offset
		}
		text = place.ReplaceAllString(text, "$1")
	}
	e.Message = spaces.ReplaceAllString(text, " ")
	return e
}

// message is what the error says, without the code that the driver writes before it.
func message(said *sf.SnowflakeError) string {
	text := said.Message
	if len(said.MessageArgs) > 0 {
		text = fmt.Sprintf(said.Message, said.MessageArgs...)
	}
	return text
}

// byteOffset is where the place is that the server tells: a line from 1, and a character of it from 0. It is -1 if there is none such.
func byteOffset(sql string, line, column int) int {
	offset := 0
	for range line - 1 {
		end := strings.IndexByte(sql[offset:], '\n')
		if end < 0 {
			return -1
		}
		offset += end + 1
	}
	for range column {
		if offset >= len(sql) {
			return -1
		}
		_, size := utf8.DecodeRuneInString(sql[offset:])
		offset += size
	}
	return offset
}

// kindOf sorts the server's and the driver's numbers.
func kindOf(said *sf.SnowflakeError) adapters.ErrorKind {
	switch said.Number {
	case 604, // SQL execution canceled
		605, // query not executing
		630: // statement reached its time limit
		return adapters.Cancelled
	case 625, // a lock is held by another transaction
		390104, 390110, 390111, 390112, // the session is gone
		sf.ErrFailedToPostQuery, sf.ErrFailedToRenewSession, sf.ErrFailedToGetChunk, sf.ErrCodeServiceUnavailable, sf.ErrCodeFailedToConnect:
		return adapters.Transient
	case 606, 607: // no warehouse, or one that is suspended
		return adapters.BadConfig
	}
	return adapters.Failed
}

// hints say what can be done about an error, by its number.
var hints = map[int]string{
	606:    "set `warehouse` of the target to one that its role may use",
	607:    "the warehouse is suspended and does not resume by itself: resume it, or set another one as `warehouse`",
	608:    "the warehouse cannot be resumed: ask who administers it",
	90073:  "the warehouse cannot be resumed, its resource monitor forbids it: ask who administers it, or set another `warehouse`",
	3001:   "grant the privilege to the role, or set another `role` of the target",
	90105:  "set `database` of the target to one that its role may use",
	390100: "check `user` and `password` of the target",
	390101: "check `user` of the target",
	390102: "the user is locked or disabled: ask who administers the account",
	390144: "check `private_key_path` of the target: the key has to be the one that is registered for `user`, and its registration still valid",
	390186: "the role is not granted to the user: check `role` of the target",
	390189: "the role is not granted to the user, or does not exist: check `role` of the target",
	390195: "log in again: the token has expired",
	390197: "the account asks for a second factor: set `authenticator: username_password_mfa`",
	390303: "the token is not valid: check `token` of the target",
	390318: "the token has expired: get a new one",
	390422: "the address that you come from is not allowed by the account's network policy",
	390114: "log in again: the login has expired",
	390201: "check `database`, `schema`, `warehouse` and `role` of the target",
}

// networkKind tells a lost connection from other failures that are not the server's.
func networkKind(err error) adapters.ErrorKind {
	var network net.Error
	var address *url.Error
	if errors.As(err, &network) || errors.As(err, &address) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn) || strings.HasPrefix(err.Error(), "timeout after") {
		return adapters.Transient
	}
	return adapters.Failed
}

// lost tells whether the connection or the session is gone with the error.
func lost(err error) bool {
	var said *sf.SnowflakeError
	return !errors.As(err, &said) || said.Number != 625
}

// reason is what went wrong, without the address that was asked: its parameters may be secrets.
func reason(err error) string {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err.Error()
	}
	return err.Error()
}

// cancelled is the error of a statement that ended because ctx did.
func cancelled(ctx context.Context) error {
	cause := context.Cause(ctx)
	return &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled: " + cause.Error(), Position: -1, Cause: cause}
}

func badConfig(format string, args ...any) *adapters.Error {
	return &adapters.Error{Kind: adapters.BadConfig, Message: fmt.Sprintf(format, args...), Position: -1}
}
