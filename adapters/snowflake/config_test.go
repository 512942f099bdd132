package snowflake

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sf "github.com/snowflakedb/gosnowflake"

	"github.com/modsql/mod/adapters"
)

func newKey(t *testing.T) (key *rsa.PrivateKey, der []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err = x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, der
}

// sealed encrypts a key as `openssl pkcs8 -topk8 -v2 aes-256-cbc` does.
func sealed(t *testing.T, der []byte, passphrase string) []byte {
	t.Helper()
	salt, iv := []byte("saltsalt"), []byte("0123456789abcdef")
	k, err := pbkdf2.Key(sha256.New, passphrase, salt, 2048, 32)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		t.Fatal(err)
	}
	pad := aes.BlockSize - len(der)%aes.BlockSize
	data := append(bytes.Clone(der), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	marshal := func(v any) asn1.RawValue {
		text, err := asn1.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return asn1.RawValue{FullBytes: text}
	}
	prf := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}, Parameters: asn1.NullRawValue}
	derivation := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, Parameters: marshal(struct {
		Salt []byte
		N    int
		PRF  pkix.AlgorithmIdentifier
	}{salt, 2048, prf})}
	encryption := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, Parameters: marshal(iv)}
	scheme := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, Parameters: marshal(struct{ D, E pkix.AlgorithmIdentifier }{derivation, encryption})}
	return marshal(encryptedKey{scheme, data}).FullBytes
}

func TestPrivateKeysAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	key, der := newKey(t)
	closed := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: sealed(t, der, "p'ä ss")})
	file := filepath.Join(t.TempDir(), "key.p8")
	if err := os.WriteFile(file, closed, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]adapters.Config{
		"PEM":            {"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))},
		"DER":            {"private_key": base64.StdEncoding.EncodeToString(der)},
		"PKCS1":          {"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))},
		"encrypted":      {"private_key": string(closed), "private_key_passphrase": "p'ä ss"},
		"encrypted file": {"private_key_path": file, "private_key_passphrase": "p'ä ss"},
	} {
		if got, err := privateKey(c); err != nil || !key.Equal(got) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for says, c := range map[string]adapters.Config{
		"check private_key_passphrase":      {"private_key": string(closed), "private_key_passphrase": "wrong"},
		"private_key_passphrase is not set": {"private_key": string(closed)},
		"no private key":                    {"private_key": "secret words"},
		"are both set":                      {"private_key": "x", "private_key_path": file},
		"no such file":                      {"private_key_path": file + "x"},
	} {
		_, err := privateKey(c)
		var e *adapters.Error
		if !errors.As(err, &e) || e.Kind != adapters.BadConfig || !strings.Contains(e.Message, says) || strings.Contains(e.Message, "secret words") {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestSettingsAreReadAsProfilesSpellThem(t *testing.T) {
	t.Parallel()
	_, der := newKey(t)
	file := filepath.Join(t.TempDir(), "connections.toml")
	if err := os.WriteFile(file, []byte("[prod]\naccount = \"a_b\"\nuser = \"u\"\npassword = \"p\"\nwarehouse = \"W\"\n[broken]\naccount = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		c    adapters.Config
		want func(sf.Config) bool
	}{
		"password": {adapters.Config{"account": "a_b", "user": "u", "password": "p", "query_tag": "t"}, func(c sf.Config) bool {
			return c.Authenticator == sf.AuthTypeSnowflake && c.Account == "a-b" && *c.Params["QUERY_TAG"] == "t"
		}},
		"key":         {adapters.Config{"account": "a", "user": "u", "private_key": base64.StdEncoding.EncodeToString(der)}, func(c sf.Config) bool { return c.Authenticator == sf.AuthTypeJwt && c.PrivateKey != nil }},
		"browser":     {adapters.Config{"account": "a", "user": "u", "authenticator": "externalbrowser"}, func(c sf.Config) bool { return c.Authenticator == sf.AuthTypeExternalBrowser }},
		"OAuth":       {adapters.Config{"account": "a", "token": "t", "authenticator": "oauth"}, func(c sf.Config) bool { return c.Authenticator == sf.AuthTypeOAuth && c.Token == "t" }},
		"Okta":        {adapters.Config{"account": "a", "user": "u", "password": "p", "authenticator": "https://x.okta.com"}, func(c sf.Config) bool { return c.Authenticator == sf.AuthTypeOkta && c.OktaURL.Host == "x.okta.com" }},
		"connections": {adapters.Config{"connection_name": "prod", "connections_file_path": file, "warehouse": "OTHER"}, func(c sf.Config) bool { return c.User == "u" && c.Warehouse == "OTHER" && c.Account == "a-b" }},
	} {
		s, err := parseSettings(t.Context(), x.c)
		if err != nil || !x.want(s.config) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for says, c := range map[string]adapters.Config{
		"account is not set":                    {"user": "u"},
		"password is not set":                   {"account": "a", "user": "u"},
		"token is not set, which authenticator": {"account": "a", "authenticator": "oauth"},
		"which is none":                         {"account": "a", "user": "u", "password": "p", "authenticator": "magic"},
		"not a number":                          {"account": "a", "user": "u", "password": "p", "port": "x"},
		"has no connection of that name":        {"connection_name": "dev", "connections_file_path": file},
		"not true or false":                     {"account": "a", "user": "u", "password": "p", "insecure_mode": "maybe"},
	} {
		_, err := parseSettings(t.Context(), c)
		var e *adapters.Error
		if !errors.As(err, &e) || e.Kind != adapters.BadConfig || !strings.Contains(e.Message, says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
