package salesforce

import (
	"encoding/json"
	"strings"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// result is what became of one record of a collection.
type result struct {
	Success bool
	Errors  []struct {
		StatusCode, Message string
		Fields              []string
	}
}

// outcome is what it means for a row.
func (r *result) outcome(b *syncs.Batch) error {
	if r.Success {
		return nil
	}
	if len(r.Errors) == 0 {
		return &syncs.Error{Class: syncs.Rejected, Message: "refused without a word"}
	}
	e := r.Errors[0]
	return outcome(b, e.StatusCode, e.Message)
}

// outcome is what an error of a record means for its row: what is there need not be created, what is gone need not be removed.
func outcome(b *syncs.Batch, code, message string) error {
	removal := b.Op == syncs.Delete || b.Op == syncs.Clear
	gone := code == "ENTITY_IS_DELETED" || code == "INVALID_CROSS_REFERENCE_KEY" || code == "NOT_FOUND"
	if removal && gone || code == "DUPLICATE_VALUE" && b.Mode == syncs.InsertMode && strings.Contains(message, b.Key[0]) {
		return nil
	}
	class := syncs.Rejected
	if c := classOf(code, message); c == syncs.Transient || c == syncs.Limited {
		class = c
	}
	return &syncs.Error{Class: class, Message: code + ": " + message}
}

// classify sorts failed requests by the codes of https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm.
func classify(r *web.Response) *syncs.Error {
	e := web.Failure(r)
	var errs []struct{ ErrorCode, Message string }
	if json.Unmarshal(r.Body, &errs) != nil || len(errs) == 0 {
		return e
	}
	e.Message = errs[0].ErrorCode + ": " + errs[0].Message
	if class := classOf(errs[0].ErrorCode, errs[0].Message); class != "" {
		e.Class = class
	}
	return e
}

// classOf sorts an error by its code; "" if the code says nothing of that.
func classOf(code, message string) syncs.Class {
	switch code {
	case "REQUEST_LIMIT_EXCEEDED": // of the day, but for one of requests at the same time
		if strings.Contains(strings.ToLower(message), "concurrent") {
			return syncs.Limited
		}
		return syncs.Exhausted
	case "STORAGE_LIMIT_EXCEEDED", "EXCEEDED_QUOTA", "TOO_MANY_JOBS":
		return syncs.Exhausted
	case "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG", "TXN_SECURITY_METERING_ERROR", "QUERY_TIMEOUT":
		return syncs.Transient
	case "NOT_FOUND", "INVALID_TYPE", "INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE", "INVALIDENTITY", "CLIENT_NOT_ACCESSIBLE_FOR_USER":
		return syncs.Missing
	case "INVALID_SESSION_ID", "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "INSUFFICIENT_ACCESS", "FUNCTIONALITY_NOT_ENABLED":
		return syncs.Denied
	default:
		return ""
	}
}
