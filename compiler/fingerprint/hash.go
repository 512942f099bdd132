package fingerprint

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Hash is 128 bits of the SHA-256 of something in its normal form. The zero Hash is that of nothing.
type Hash [16]byte

// version is of all normal forms together: it goes up when one of them changes, so that what was remembered of the older ones agrees with
// nothing.
const version = "1"

// sum hashes bytes.
func sum(data []byte) Hash {
	all := sha256.Sum256(data)
	return Hash(all[:len(Hash{})])
}

// Of is the hash of a list of texts; no two lists have the same one.
func Of(texts ...string) Hash {
	data := appendText(nil, version)
	for _, t := range texts {
		data = appendText(data, t)
	}
	return sum(data)
}

// appendText adds a text and, before it, its length, so that what follows cannot be taken for a part of it.
func appendText[T string | []byte](data []byte, text T) []byte {
	return append(binary.AppendUvarint(data, uint64(len(text))), text...)
}

// Parse reads a hash as String writes it.
func Parse(text string) (Hash, error) {
	var h Hash
	if len(text) != hex.EncodedLen(len(h)) {
		return Hash{}, fmt.Errorf("fingerprint %q has %d digits, not %d", text, len(text), hex.EncodedLen(len(h)))
	}
	if _, err := hex.Decode(h[:], []byte(text)); err != nil {
		return Hash{}, fmt.Errorf("fingerprint %q: %w", text, err)
	}
	return h, nil
}

// String is the hash in 32 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero tells whether it is the hash of nothing.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes what String gives.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	read, err := Parse(string(text))
	if err == nil {
		*h = read
	}
	return err
}
