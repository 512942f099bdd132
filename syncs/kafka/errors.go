package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/modsql/mod/syncs"
)

// classes are those of errors that do not say themselves that the same again may pass
// (https://kafka.apache.org/protocol.html#protocol_error_codes).
var classes = map[*kerr.Error]syncs.Class{
	kerr.UnknownTopicOrPartition: syncs.Missing, kerr.InvalidTopicException: syncs.Missing, kerr.UnknownTopicID: syncs.Missing,
	kerr.MessageTooLarge: syncs.TooLarge, kerr.RecordListTooLarge: syncs.TooLarge,
	kerr.InvalidRecord: syncs.Rejected, kerr.InvalidTimestamp: syncs.Rejected,
	kerr.TopicAuthorizationFailed: syncs.Denied, kerr.ClusterAuthorizationFailed: syncs.Denied, kerr.TransactionalIDAuthorizationFailed: syncs.Denied, kerr.GroupAuthorizationFailed: syncs.Denied,
	kerr.SaslAuthenticationFailed: syncs.Denied, kerr.UnsupportedSaslMechanism: syncs.Denied,
	kerr.InvalidProducerEpoch: syncs.Transient, kerr.ProducerFenced: syncs.Transient, kerr.InvalidTxnState: syncs.Transient,
	kerr.InvalidProducerIDMapping: syncs.Transient, kerr.UnknownProducerID: syncs.Transient, kerr.OutOfOrderSequenceNumber: syncs.Transient,
	kerr.OperationNotAttempted: syncs.Transient, kerr.ThrottlingQuotaExceeded: syncs.Limited,
}

// classified is a failure as a destination returns it.
func classified(ctx context.Context, err error) error { return syncs.Classified(ctx, err, meaning) }

func meaning(err error) *syncs.Error {
	var server *kerr.Error
	switch {
	case errors.As(err, &server):
		class, ok := classes[server]
		if !ok && server.Retriable {
			class, ok = syncs.Transient, true
		}
		if !ok {
			class = syncs.Broken
		}
		return &syncs.Error{Class: class, Message: server.Description}
	case errors.Is(err, kgo.ErrRecordTimeout), errors.Is(err, kgo.ErrRecordRetries), errors.Is(err, kgo.ErrAborting), errors.Is(err, kgo.ErrClientClosed),
		errors.Is(err, context.Canceled):
		return &syncs.Error{Class: syncs.Transient}
	default:
		return nil
	}
}

// named adds the topic to what is said of it.
func named(err error, topic string) error {
	var known *syncs.Error
	if errors.As(err, &known) {
		return &syncs.Error{Class: known.Class, Message: fmt.Sprintf("topic %q: %s", topic, known.Message), Cause: known.Cause}
	}
	return err
}

func broken(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Broken, Message: fmt.Sprintf(format, args...)}
}
