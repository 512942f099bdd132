package duckdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/modsql/mod/adapters"
)

// report is an error in the form of the setting errors_as_json.
type report struct {
	Type     string `json:"exception_type"`
	Message  string `json:"exception_message"`
	Position string `json:"position"` // byte offset in all of the text that was sent
	Subtype  string `json:"error_subtype"`
}

// statementError makes an error of what DuckDB says, whether as JSON or in plain words.
func statementError(said string) *adapters.Error {
	e := &adapters.Error{Message: said, Position: -1}
	// Parser errors have their prefix before the JSON, others are nothing but JSON.
	if at := strings.Index(said, `{"exception_type"`); at >= 0 {
		var r report
		if json.Unmarshal([]byte(said[at:]), &r) == nil {
			e.Message = strings.TrimRight(r.Type+" Error: "+r.Message, "\n")
			e.Code = r.Subtype
			if n, err := strconv.Atoi(r.Position); err == nil {
				e.Position = n
			}
		}
	}
	e.Kind = kindOf(e.Message)
	return readingError(e)
}

var csvError = regexp.MustCompile(`(?s)^(\w+ Error: )CSV Error on Line: (\d+)\n(?:Original Line: [^\n]*\n)?([^\n]*)`)

// readingError cuts what DuckDB says of a CSV file that it cannot read down to the fault: the rest are the settings of its reader.
func readingError(e *adapters.Error) *adapters.Error {
	if m := csvError.FindStringSubmatch(e.Message); m != nil {
		e.Message = m[1] + m[3]
		e.Line, _ = strconv.Atoi(m[2]) // it is digits
	} else if first, _, ok := strings.Cut(e.Message, "\n"); ok && strings.Contains(first, "Error when sniffing file") {
		e.Message = first
		e.Hint = "see that every row has as many values as the header, and that the types fit"
	}
	return e
}

// parseError makes an error of what DuckDB's parser says. It counts in characters, unlike all else.
func parseError(said, sql string) *adapters.Error {
	e := statementError(said)
	if e.Position > 0 {
		runes := 0
		for i := range sql {
			if runes == e.Position {
				e.Position = i
				return e
			}
			runes++
		}
		e.Position = len(sql)
	}
	return e
}

func kindOf(message string) adapters.ErrorKind {
	kind, rest, _ := strings.Cut(message, " Error: ")
	switch {
	case kind == "INTERRUPT":
		return adapters.Cancelled
	case kind == "TransactionContext" && strings.Contains(strings.ToLower(rest), "conflict"):
		return adapters.Transient
	case kind == "Catalog" && strings.Contains(rest, "write-write conflict"):
		return adapters.Transient
	default:
		return adapters.Failed
	}
}

// cancelled is the error of a statement that ended because ctx did.
func cancelled(ctx context.Context) error {
	cause := context.Cause(ctx)
	return &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled: " + cause.Error(), Position: -1, Cause: cause}
}

func badConfig(format string, args ...any) *adapters.Error {
	return &adapters.Error{Kind: adapters.BadConfig, Message: fmt.Sprintf(format, args...), Position: -1}
}

// setupError is the failure of a statement that the profile asked for. The statement itself may hold secrets and is not told.
func setupError(err error, sql string) error {
	verb, _, _ := strings.Cut(sql, " ")
	var e *adapters.Error
	if errors.As(err, &e) && e.Kind == adapters.Failed {
		e.Kind, e.Position = adapters.BadConfig, -1
		if holder := lockHolder(e.Message); holder != "" {
			e.Kind, e.Hint = adapters.Locked, holder
		}
	}
	return fmt.Errorf("profile: %s: %w", verb, err)
}

var lockMessage = regexp.MustCompile(`Conflicting lock is held in (.+?) \(PID (\d+)\)`)

// lockHolder says who holds a file, "" if the message is not about a lock.
func lockHolder(message string) string {
	if m := lockMessage.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("process %s (%s) has the file open for writing: close it there and try again", m[2], m[1])
	}
	if strings.Contains(message, "Could not set lock on file") {
		return "another process has the file open: close it there and try again"
	}
	return ""
}

// openError is why a database file cannot be opened.
func openError(path, said string) error {
	e := statementError(said)
	e.Kind = adapters.Unreachable
	switch holder := lockHolder(e.Message); {
	case holder != "":
		e.Kind, e.Hint = adapters.Locked, holder
	case strings.Contains(e.Message, "Permission denied"):
		e.Hint = "make the file and its folder writable, or choose another `path`"
	case strings.Contains(e.Message, "No such file or directory"):
		e.Hint = "create the folder of the database file first, or correct `path`"
	case strings.Contains(e.Message, "not a valid DuckDB database file"), strings.Contains(e.Message, "Corrupt database file"):
		e.Hint = "the file is something else or damaged: choose another `path`, or move it away"
	case strings.Contains(e.Message, "we can only read versions"):
		e.Hint = "the file was written by a newer DuckDB: export it there and import it here, or choose another `path`"
	case strings.Contains(e.Message, "different configuration"), strings.Contains(e.Message, "options were not recognized"):
		e.Kind = adapters.BadConfig
	}
	return fmt.Errorf("open %s: %w", path, e)
}
