package redis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	client "github.com/redis/go-redis/v9"

	"github.com/modsql/mod/syncs"
)

// codes are the first words of the server's errors (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors), as its
// source has them. "ERR" alone says nothing.
var codes = map[string]syncs.Class{
	"WRONGPASS": syncs.Denied, "NOAUTH": syncs.Denied, "NOPERM": syncs.Denied, "DENIED": syncs.Denied,
	"WRONGTYPE": syncs.Rejected,
	"LOADING":   syncs.Transient, "BUSY": syncs.Transient, "MASTERDOWN": syncs.Transient, "READONLY": syncs.Transient, "MISCONF": syncs.Transient,
	"NOREPLICAS": syncs.Transient, "TRYAGAIN": syncs.Transient, "CLUSTERDOWN": syncs.Transient, "UNKILLABLE": syncs.Transient,
	"OOM": syncs.Exhausted,
}

// phrases are errors that begin with "ERR".
var phrases = map[string]syncs.Class{
	"max number of clients": syncs.Transient,
	"invalid password":      syncs.Denied,
	"without any password":  syncs.Denied,
	"DB index":              syncs.Missing,
}

// classified is a failure as a destination returns it.
func classified(ctx context.Context, err error) error { return syncs.Classified(ctx, err, meaning) }

func meaning(err error) *syncs.Error {
	var server client.Error
	switch {
	case errors.As(err, &server):
		return &syncs.Error{Class: classOf(server.Error()), Message: server.Error()}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, client.ErrClosed), errors.Is(err, client.ErrPoolTimeout):
		return &syncs.Error{Class: syncs.Transient, Message: "the connection was lost"}
	default:
		return nil
	}
}

func classOf(message string) syncs.Class {
	code, _, _ := strings.Cut(message, " ")
	if class, ok := codes[code]; ok {
		return class
	}
	for phrase, class := range phrases {
		if strings.Contains(message, phrase) {
			return class
		}
	}
	return syncs.Broken
}

func broken(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Broken, Message: fmt.Sprintf(format, args...)}
}

func refused(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Rejected, Message: fmt.Sprintf(format, args...)}
}
