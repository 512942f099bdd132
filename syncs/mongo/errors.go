package mongo

import (
	"context"
	"errors"
	"strings"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	wire "go.mongodb.org/mongo-driver/v2/x/mongo/driver"

	"github.com/modsql/mod/syncs"
)

// codes are the server's errors (https://www.mongodb.com/docs/manual/reference/error-codes/).
var codes = map[int]syncs.Class{
	2: syncs.Rejected, 3: syncs.Rejected, 9: syncs.Rejected, 14: syncs.Rejected, 22: syncs.Rejected, 28: syncs.Rejected, 52: syncs.Rejected,
	55: syncs.Rejected, 56: syncs.Rejected, 57: syncs.Rejected, 66: syncs.Rejected, // values and paths that a document cannot have
	121: syncs.Rejected, 11000: syncs.Rejected, 11001: syncs.Rejected, 16755: syncs.Rejected, 17419: syncs.TooLarge, // rules and indexes
	10334: syncs.TooLarge, 17280: syncs.TooLarge, 17420: syncs.TooLarge,

	11: syncs.Denied, 13: syncs.Denied, 18: syncs.Denied, 31: syncs.Denied, 33: syncs.Denied, 391: syncs.Denied, 8000: syncs.Denied,

	26: syncs.Missing,

	6: syncs.Transient, 7: syncs.Transient, 24: syncs.Transient, 46: syncs.Transient, 50: syncs.Transient, 64: syncs.Transient, 79: syncs.Transient,
	89: syncs.Transient, 91: syncs.Transient, 100: syncs.Transient, 112: syncs.Transient, 133: syncs.Transient, 134: syncs.Transient,
	189: syncs.Transient, 202: syncs.Transient, 262: syncs.Transient, 317: syncs.Transient, 358: syncs.Transient, 384: syncs.Transient,
	402: syncs.Transient, 9001: syncs.Transient, 10107: syncs.Transient, 11600: syncs.Transient, 11602: syncs.Transient, 13388: syncs.Transient,
	13435: syncs.Transient, 13436: syncs.Transient,

	14031: syncs.Exhausted, // disk space
	16500: syncs.Limited,   // Cosmos DB (https://learn.microsoft.com/azure/cosmos-db/mongodb/error-codes-solutions)
}

func classOf(code int) syncs.Class {
	if class, ok := codes[code]; ok {
		return class
	}
	return syncs.Broken
}

// classified is a failure of a whole request as a destination returns it.
func classified(ctx context.Context, err error) error { return syncs.Classified(ctx, err, meaning) }

func meaning(err error) *syncs.Error {
	var server driver.ServerError
	var marshal driver.MarshalError
	switch {
	case errors.Is(err, wire.ErrDocumentTooLarge):
		return &syncs.Error{Class: syncs.TooLarge, Message: "a document is larger than the server takes"}
	case errors.As(err, &marshal):
		return &syncs.Error{Class: syncs.Rejected}
	case denied(err):
		return &syncs.Error{Class: syncs.Denied, Message: "the login is refused"}
	case driver.IsNetworkError(err), driver.IsTimeout(err), errors.Is(err, driver.ErrClientDisconnected):
		return &syncs.Error{Class: syncs.Transient}
	case errors.As(err, &server):
		return &syncs.Error{Class: ofServer(server), Message: server.Error()}
	default:
		return nil
	}
}

// ofServer is the class of what the server says. Labels are how it says that the same again may pass
// (https://www.mongodb.com/docs/manual/core/retryable-writes/).
func ofServer(err driver.ServerError) syncs.Class {
	for _, label := range []string{"RetryableWriteError", "TransientTransactionError", "SystemOverloadedError"} {
		if err.HasErrorLabel(label) {
			return syncs.Transient
		}
	}
	for _, code := range err.ErrorCodes() {
		if class := classOf(code); class != syncs.Broken {
			return class
		}
	}
	return syncs.Broken
}

// denied tells whether a connection could not be made because of its login. The driver has no type for it that others may see.
func denied(err error) bool {
	var server wire.Error
	if errors.As(err, &server) && classOf(int(server.Code)) == syncs.Denied {
		return true
	}
	return strings.Contains(err.Error(), "auth error") && !driver.IsNetworkError(err)
}
