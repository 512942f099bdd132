package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what some receivers still check
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
)

// Signature signs requests with a key that the receiver knows too (https://www.rfc-editor.org/rfc/rfc2104).
type Signature struct {
	Key       []byte
	Header    string // that carries the signature
	Prefix    string // of the signature in its header
	Timestamp string // the header that carries the time in Unix seconds; "" for none
	// Payload is what is signed: a text in which ${body}, ${timestamp}, ${method}, ${path} and ${id}, the value of the header ID, stand
	// for those of the request.
	Payload string
	ID      string
	Hash    func() hash.Hash
	Encode  func([]byte) string
	Now     func() time.Time // nil for the machine's clock
}

func newSignature(c syncs.Config) (*Signature, error) {
	s := &Signature{
		Key: []byte(c.String("secret", "")), Header: c.String("header", ""), Prefix: c.String("prefix", ""),
		Timestamp: c.String("timestamp_header", ""), Payload: c.String("payload", ""), Hash: sha256.New, Encode: hex.EncodeToString,
	}
	if s.Payload == "" {
		s.Payload = "${body}"
		if s.Timestamp != "" {
			s.Payload = "${timestamp}.${body}"
		}
	}
	switch algorithm := c.String("algorithm", "sha256"); algorithm {
	case "sha256":
	case "sha512":
		s.Hash = sha512.New
	case "sha1":
		s.Hash = sha1.New
	default:
		return nil, Mistake("%q is no algorithm of auth: there are sha256, sha512 and sha1", algorithm)
	}
	switch encoding := c.String("encoding", "hex"); encoding {
	case "hex":
	case "base64":
		s.Encode = base64.StdEncoding.EncodeToString
	default:
		return nil, Mistake("%q is no encoding of auth: there are hex and base64", encoding)
	}
	return s, nil
}

// Authorize signs a request.
func (s *Signature) Authorize(_ context.Context, r *http.Request, body []byte) error {
	timestamp := strconv.FormatInt(now(s.Now).Unix(), 10)
	if s.Timestamp != "" {
		r.Header.Set(s.Timestamp, timestamp)
	}
	payload := strings.NewReplacer("${body}", string(body), "${timestamp}", timestamp, "${method}", r.Method,
		"${path}", r.URL.RequestURI(), "${id}", r.Header.Get(s.ID)).Replace(s.Payload)
	h := hmac.New(s.Hash, s.Key)
	h.Write([]byte(payload)) // a hash never fails to be written to
	r.Header.Set(s.Header, s.Prefix+s.Encode(h.Sum(nil)))
	return nil
}

// Renew has no other key.
func (*Signature) Renew(*http.Request) bool { return false }

// Headers are those of the signature and of its time.
func (s *Signature) Headers() []string {
	if s.Timestamp == "" {
		return []string{s.Header}
	}
	return []string{s.Header, s.Timestamp}
}
