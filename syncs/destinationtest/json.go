package destinationtest

import (
	"encoding/base64"
	"time"
)

// StoredAsJSON is what is left of a value that was sent as JSON: bytes in base64, times as RFC 3339 has them. It is a Stored of [Suite].
func StoredAsJSON(_ string, v any) any {
	switch v := v.(type) {
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	default:
		return v
	}
}
