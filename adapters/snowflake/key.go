package snowflake

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // what older versions of openssl encrypt keys with
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"hash"
	"os"
	"path/filepath"
	"strings"

	"github.com/modsql/mod/adapters"
)

// privateKey is the key that the profile names, or has itself: in the form of PEM, or DER in base64. It is nil if there is none.
func privateKey(c adapters.Config) (*rsa.PrivateKey, error) {
	path, text := c.String("private_key_path", ""), c.String("private_key", "")
	setting := "private_key"
	switch {
	case path == "" && text == "":
		return nil, nil
	case path != "" && text != "":
		return nil, badConfig("private_key and private_key_path are both set")
	case path != "":
		setting = "private_key_path"
		if rest, ok := strings.CutPrefix(path, "~/"); ok {
			if home, err := os.UserHomeDir(); err == nil {
				path = filepath.Join(home, rest)
			}
		}
		read, err := os.ReadFile(path)
		if err != nil {
			return nil, badConfig("private_key_path: %v", err)
		}
		text = string(read)
	}
	key, err := parseKey([]byte(strings.TrimSpace(text)), []byte(c.String("private_key_passphrase", "")))
	if err != nil {
		return nil, badConfig("%s: %v", setting, err)
	}
	return key, nil
}

var (
	errNoKey        = errors.New("there is no private key, neither in the form of PEM nor as DER in base64")
	errNoPassphrase = errors.New("the key is encrypted, and private_key_passphrase is not set")
	errPassphrase   = errors.New("the key cannot be decrypted: check private_key_passphrase")
	errCipher       = errors.New("the key is encrypted in a way that is not known: encrypt it with `openssl pkcs8 -topk8 -v2 aes-256-cbc`")
)

func parseKey(text, passphrase []byte) (*rsa.PrivateKey, error) {
	der := []byte(nil)
	if block, _ := pem.Decode(text); block != nil {
		der = block.Bytes
		if block.Headers["DEK-Info"] != "" {
			return nil, errCipher
		}
	} else if decoded, err := base64.StdEncoding.DecodeString(string(text)); err == nil {
		der = decoded
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	var sealed encryptedKey
	encrypted := false
	if rest, err := asn1.Unmarshal(der, &sealed); err == nil && len(rest) == 0 {
		opened, err := sealed.open(passphrase)
		if err != nil {
			return nil, err
		}
		der, encrypted = opened, true
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	switch rsaKey, ok := key.(*rsa.PrivateKey); {
	case ok:
		return rsaKey, nil
	case err == nil:
		return nil, errors.New("the key is not one of RSA")
	case encrypted:
		return nil, errPassphrase
	}
	return nil, errNoKey
}

// encryptedKey is EncryptedPrivateKeyInfo of https://www.rfc-editor.org/rfc/rfc5958#section-3.
type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

// pbes2 are the parameters of https://www.rfc-editor.org/rfc/rfc8018#appendix-A.4, with those of PBKDF2 within.
type pbes2 struct {
	Derivation struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters struct {
			Salt       []byte
			Iterations int
			KeyLength  int                      `asn1:"optional"`
			PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
		}
	}
	Encryption pkix.AlgorithmIdentifier
}

// ciphers are the block ciphers by their object identifiers, with the lengths of their keys; hashes the functions within PBKDF2.
var (
	ciphers = map[string]struct {
		length int
		block  func([]byte) (cipher.Block, error)
	}{
		"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
		"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
		"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
		"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	}
	hashes = map[string]func() hash.Hash{
		"": sha1.New, "1.2.840.113549.2.7": sha1.New, "1.2.840.113549.2.9": sha256.New,
	}
)

// open decrypts the key.
func (k encryptedKey) open(passphrase []byte) ([]byte, error) {
	var p pbes2
	if _, err := asn1.Unmarshal(k.Algorithm.Parameters.FullBytes, &p); err != nil {
		return nil, errCipher
	}
	with, known := ciphers[p.Encryption.Algorithm.String()]
	prf := p.Derivation.Parameters.PRF.Algorithm
	name := ""
	if len(prf) > 0 {
		name = prf.String()
	}
	sum, knownSum := hashes[name]
	if !known || !knownSum || p.Derivation.Algorithm.String() != "1.2.840.113549.1.5.12" || p.Derivation.Parameters.Iterations < 1 {
		return nil, errCipher
	}
	if len(passphrase) == 0 {
		return nil, errNoPassphrase
	}
	key, err := pbkdf2.Key(sum, string(passphrase), p.Derivation.Parameters.Salt, p.Derivation.Parameters.Iterations, with.length)
	if err != nil {
		return nil, errCipher
	}
	block, err := with.block(key)
	var iv []byte
	if _, bad := asn1.Unmarshal(p.Encryption.Parameters.FullBytes, &iv); err != nil || bad != nil || len(iv) != block.BlockSize() || len(k.Data)%len(iv) != 0 || len(k.Data) == 0 {
		return nil, errCipher
	}
	out := make([]byte, len(k.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, k.Data)
	pad := int(out[len(out)-1])
	if pad < 1 || pad > len(iv) {
		return nil, errPassphrase
	}
	return out[:len(out)-pad], nil
}
