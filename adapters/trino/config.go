package trino

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trinodb/trino-go-client/trino"

	"github.com/modsql/mod/adapters"
)

// settings are a profile's, checked.
type settings struct {
	config   *trino.Config
	host     string
	port     string
	user     string
	attempts int // requests until a server that is not there is given up
}

// parseSettings reads a profile as dbt-trino does: https://docs.getdbt.com/docs/core/connect-data-platform/trino-setup.
func parseSettings(c adapters.Config) (settings, error) {
	s := settings{host: c.String("host", ""), port: c.String("port", "8080"), user: c.String("user", "")}
	if s.host == "" {
		return s, badConfig("host is not set")
	}
	if _, err := strconv.ParseUint(s.port, 10, 16); err != nil {
		return s, badConfig("port is %q, not a number up to 65535", s.port)
	}
	catalog := c.String("database", c.String("catalog", ""))
	if catalog == "" {
		return s, badConfig("database (or catalog) is not set")
	}
	var err error
	if s.attempts, err = strconv.Atoi(c.String("retries", "3")); err != nil || s.attempts < 0 {
		return s, badConfig("retries is %q, not a number", c.String("retries", ""))
	}
	s.attempts = max(s.attempts, 1)
	s.config = &trino.Config{
		Catalog: catalog, Schema: c.String("schema", ""), Source: c.String("source", "mod"), TimeZone: "UTC",
		RequestRetryTimeout: new(c.Duration("retry_timeout", lostAfter)), RequestRetryMaxAttempts: new(retried),
	}
	// The statement itself, and not a header of a limited size.
	s.config.DisableExplicitPrepare = true
	if err := s.login(c); err != nil {
		return s, err
	}
	return s, s.session(c)
}

// A request in the middle of a statement is repeated for as long as a coordinator takes to start again: the waits grow from a tenth of a second to
// fifteen.
const (
	lostAfter = time.Minute
	retried   = 20
)

// login sets the way in which the cluster learns who we are.
func (s *settings) login(c adapters.Config) error {
	scheme, user := "https", url.User(s.user)
	method := strings.ToLower(c.String("method", "none"))
	switch method {
	case "", "none":
		scheme = strings.ToLower(c.String("http_scheme", "http"))
	case "ldap":
		if c.String("password", "") == "" {
			return badConfig("password is not set, which the method ldap needs")
		}
		user = url.UserPassword(s.user, c.String("password", ""))
	case "jwt":
		if s.config.AccessToken = c.String("jwt_token", ""); s.config.AccessToken == "" {
			return badConfig("jwt_token is not set, which the method jwt needs")
		}
	case "certificate":
		for _, key := range []string{"client_certificate", "client_private_key"} {
			if c.String(key, "") == "" {
				return badConfig("%s is not set, which the method certificate needs", key)
			}
		}
		s.config.SSLClientCertPath, s.config.SSLClientKeyPath = c.String("client_certificate", ""), c.String("client_private_key", "")
	case "oauth", "oauth_console":
		s.config.ExternalAuthentication, s.config.RedirectHandler = true, browse
	case "kerberos", "gssapi":
		s.kerberos(c)
	default:
		return badConfig("method is %q, not one of none, ldap, jwt, certificate, oauth, kerberos, gssapi", method)
	}
	if s.user == "" && !slices.Contains([]string{"jwt", "certificate", "oauth", "oauth_console"}, method) {
		return badConfig("user is not set")
	}
	if scheme != "http" && scheme != "https" {
		return badConfig("http_scheme is %q, not http or https", scheme)
	}
	address := url.URL{Scheme: scheme, Host: net.JoinHostPort(s.host, s.port)}
	if user.String() != "" {
		address.User = user
	}
	s.config.ServerURI = address.String()
	return s.encrypt(c, scheme)
}

// browse sends the user to where he logs in. Where there is no browser the error has the address.
func browse(ctx context.Context, at *url.URL) error {
	if err := trino.OpenBrowser(ctx, at); err != nil {
		return fmt.Errorf("no browser could be opened for the login at %s: %w", at, err)
	}
	return nil
}

func (s *settings) kerberos(c adapters.Config) {
	k := s.config
	k.KerberosEnabled = true
	k.KerberosConfigPath = c.String("krb5_config", "/etc/krb5.conf")
	k.KerberosKeytabPath = c.String("keytab", "")
	k.KerberosRemoteServiceName = c.String("service_name", "trino")
	k.KerberosPrincipal, k.KerberosRealm, _ = strings.Cut(c.String("principal", ""), "@")
	if host := c.String("hostname_override", ""); host != "" {
		k.KerberosServicePrincipalPattern = "${SERVICE}@" + host
	}
}

// encrypt says whom to trust: `cert` is the file of an authority, true for those that the system knows, false for anybody.
func (s *settings) encrypt(c adapters.Config, scheme string) error {
	switch cert := c["cert"].(type) {
	case nil:
	case bool:
		if !cert && scheme == "https" {
			s.config.SSLVerification = trino.SSLVerificationNone
		}
	default:
		if path := fmt.Sprint(cert); path != "" && scheme == "https" {
			s.config.SSLCertPath = path
		}
	}
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if scheme == "https" {
		var err error
		if trust, err = s.config.TLSConfig(); err != nil {
			return badConfig("%s", reason(err))
		}
	}
	// The transport is ours, and with it what the driver would have made of these.
	s.config.SSLVerification, s.config.SSLCertPath, s.config.SSLClientCertPath, s.config.SSLClientKeyPath = "", "", "", ""
	plain := http.DefaultTransport.(*http.Transport).Clone()
	plain.TLSClientConfig = trust
	plain.ResponseHeaderTimeout = 2 * time.Minute // of a server that has accepted a connection and says no more
	headers := http.Header{}
	if zone := c.String("timezone", ""); zone != "" {
		headers.Set("X-Trino-Time-Zone", zone)
	}
	if other := c.String("impersonation_user", ""); other != "" {
		headers.Set("X-Trino-User", other)
	}
	more, err := section(c, "http_headers")
	for name, value := range more {
		headers.Set(name, value)
	}
	s.config.HTTPClient = &http.Client{Transport: &transport{next: plain, headers: headers}}
	return err
}

// session sets what holds for every statement.
func (s *settings) session(c adapters.Config) error {
	var err error
	properties, errP := section(c, "session_properties")
	roles, errR := section(c, "roles")
	extra, errE := section(c, "extra_credentials")
	if err = errors.Join(errP, errR, errE); err != nil {
		return err
	}
	s.config.SessionProperties, s.config.ExtraCredentials = properties, extra
	for catalog, role := range roles {
		roles[catalog] = roleName(role)
	}
	s.config.Roles = roles
	switch tags := c["client_tags"].(type) {
	case nil:
	case []any:
		for _, tag := range tags {
			s.config.ClientTags = append(s.config.ClientTags, fmt.Sprint(tag))
		}
	default:
		s.config.ClientTags = strings.Split(fmt.Sprint(tags), ",")
	}
	if _, err := trino.NewConnector(s.config); err != nil {
		return badConfig("%s", reason(err))
	}
	return nil
}

// roleName is a role as the driver wants it: the profile may have the header's form, ROLE{name}.
func roleName(role string) string {
	if inner, ok := strings.CutPrefix(role, "ROLE{"); ok {
		return strings.TrimSuffix(inner, "}")
	}
	return role
}

// section reads a setting of names and values; nil if it is not set.
func section(c adapters.Config, key string) (map[string]string, error) {
	if c[key] == nil {
		return nil, nil
	}
	given, ok := c[key].(map[string]any)
	if !ok {
		return nil, badConfig("%s is %v, not names with values", key, c[key])
	}
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		out[name] = fmt.Sprint(given[name])
	}
	return out, nil
}

// address is where the cluster is, as a user would say it.
func (s *settings) address() string { return net.JoinHostPort(s.host, s.port) }

// connectError says why there is no connection, with everything that identifies it but the secrets.
func (s *settings) connectError(err error) error {
	e := &adapters.Error{Kind: adapters.Unreachable, Message: reason(err), Position: -1}
	var failed *trino.ErrQueryFailed
	var network *net.OpError
	switch {
	case errors.As(err, &failed) && (failed.StatusCode == http.StatusUnauthorized || failed.StatusCode == http.StatusForbidden):
		e.Hint = "check `method`, `user` and the secret of the target"
	case errors.Is(err, context.DeadlineExceeded):
		e.Message = fmt.Sprintf("the server did not answer within %s", patience)
		e.Hint = "check `host` and `port` of the target"
	case strings.Contains(e.Message, "tls:"), strings.Contains(e.Message, "x509:"):
		e.Hint = "check `cert` of the target and whether the server speaks TLS"
	case strings.Contains(e.Message, "HTTP response to HTTPS client"):
		e.Hint = "the server speaks plain HTTP there: check `port`, `method` and `http_scheme` of the target"
	case errors.As(err, &network):
		e.Hint = "check `host` and `port` of the target, and that the server is running"
	}
	return fmt.Errorf("connect to %s as %s: %w", s.address(), s.user, e)
}

func badConfig(format string, args ...any) *adapters.Error {
	return &adapters.Error{Kind: adapters.BadConfig, Message: fmt.Sprintf(format, args...), Position: -1}
}
