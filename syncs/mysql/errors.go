package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	mysql "github.com/go-sql-driver/mysql"

	"github.com/modsql/mod/syncs"
)

// numbers are the errors whose class their SQLSTATE does not tell. They have the same numbers in
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and https://mariadb.com/kb/en/mariadb-error-code-reference/,
// but for those above 1850, which only one of the two knows.
var numbers = map[uint16]syncs.Class{
	1153: syncs.TooLarge, // max_allowed_packet
	1301: syncs.TooLarge, // the result of a function is larger than that
	1390: syncs.TooLarge, // too many placeholders

	1118: syncs.Rejected, // row size
	1242: syncs.Rejected, // see guard
	1265: syncs.Rejected, // data truncated
	1366: syncs.Rejected, // incorrect value
	1411: syncs.Rejected, // incorrect value of a function
	1416: syncs.Rejected, // geometry
	1525: syncs.Rejected, // incorrect value of a type
	1526: syncs.Rejected, // no partition for it
	1644: syncs.Rejected, // a trigger's own words
	3140: syncs.Rejected, // JSON
	3156: syncs.Rejected, // JSON for CAST
	3819: syncs.Rejected, // check constraint, MySQL
	4025: syncs.Rejected, // check constraint, MariaDB

	1020: syncs.Transient, // the record has changed meanwhile
	1040: syncs.Transient, // too many connections
	1053: syncs.Transient, // the server shuts down
	1180: syncs.Transient, // during COMMIT
	1203: syncs.Transient, // too many connections of the user
	1205: syncs.Transient, // waited too long for a lock
	1213: syncs.Transient, // deadlock
	1290: syncs.Transient, // read only: a replica, until it takes over
	1317: syncs.Transient, // interrupted
	1836: syncs.Transient, // read only
	1927: syncs.Transient, // killed
	3024: syncs.Transient, // took too long
	3572: syncs.Transient, // NOWAIT
	4031: syncs.Transient, // was idle for too long

	1021: syncs.Exhausted, // disk full
	1114: syncs.Exhausted, // table full
	1226: syncs.Exhausted, // questions an hour

	1044: syncs.Denied, // to the database
	1045: syncs.Denied, // login
	1130: syncs.Denied, // host
	1142: syncs.Denied, // to the table
	1143: syncs.Denied, // to the column
	1227: syncs.Denied, // a privilege
	1370: syncs.Denied, // to a routine
	1698: syncs.Denied, // login without a password
	1820: syncs.Denied, // the password has to be changed
	1862: syncs.Denied, // the password has expired
	3118: syncs.Denied, // the account is locked

	1049: syncs.Missing, // database
	1054: syncs.Missing, // column
	1146: syncs.Missing, // table
}

// states are the classes of SQLSTATE (https://en.wikipedia.org/wiki/SQLSTATE).
var states = map[string]syncs.Class{
	"08": syncs.Transient, // connection
	"22": syncs.Rejected,  // data
	"23": syncs.Rejected,  // constraint
	"28": syncs.Denied,
	"40": syncs.Transient, // rollback
}

// classified is a failure as a destination returns it.
func classified(ctx context.Context, err error) error { return syncs.Classified(ctx, err, meaning) }

func meaning(err error) *syncs.Error {
	var server *mysql.MySQLError
	switch {
	case errors.As(err, &server):
		return &syncs.Error{Class: classOf(server), Message: server.Message}
	case errors.Is(err, mysql.ErrPktTooLarge):
		return &syncs.Error{Class: syncs.TooLarge, Message: "the statement is larger than the server's max_allowed_packet"}
	case errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, mysql.ErrMalformPkt), errors.Is(err, mysql.ErrPktSync):
		return &syncs.Error{Class: syncs.Transient, Message: "the connection was lost"}
	default:
		return nil
	}
}

func classOf(err *mysql.MySQLError) syncs.Class {
	if class, ok := numbers[err.Number]; ok {
		return class
	}
	if class, ok := states[string(err.SQLState[:2])]; ok {
		return class
	}
	return syncs.Broken
}
