package snowflake

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	sf "github.com/snowflakedb/gosnowflake"

	"github.com/modsql/mod/adapters"
)

// settings are a profile's, checked.
type settings struct {
	config  sf.Config
	retries int
	timeout time.Duration // of a login
	inline  int           // loads of no more values than this go into an INSERT; the others through a stage
}

// parseSettings reads a profile as dbt-snowflake does: https://docs.getdbt.com/docs/core/connect-data-platform/snowflake-setup. What a
// connection of connections.toml says is a setting, too, where the profile leaves it out.
func parseSettings(ctx context.Context, c adapters.Config) (settings, error) {
	s := settings{}
	c, err := withConnection(c)
	if err != nil {
		return s, err
	}
	if c.String("account", "") == "" {
		return s, badConfig("account is not set")
	}
	s.config = sf.Config{
		// An account name is part of a host name, in which an underscore has no place.
		Account:  strings.ReplaceAll(c.String("account", ""), "_", "-"),
		User:     c.String("user", c.String("username", "")),
		Password: c.String("password", c.String("pass", "")),
		Database: c.String("database", c.String("dbname", "")), Schema: c.String("schema", ""),
		Warehouse: c.String("warehouse", ""), Role: c.String("role", ""),
		Host: c.String("host", ""), Protocol: c.String("protocol", ""), Region: c.String("region", ""),
		ProxyHost: c.String("proxy_host", ""), ProxyUser: c.String("proxy_user", ""), ProxyPassword: c.String("proxy_password", ""),
		Application: c.String("application", "mod"), DisableConsoleLogin: sf.ConfigBoolTrue,
		DisableTelemetry: true, //nolint:staticcheck // there is nothing else yet
		// A schema that is not there yet is made by the run.
		ValidateDefaultParameters: sf.ConfigBoolFalse,
		Params:                    map[string]*string{},
	}
	for _, part := range []func(*settings, context.Context, adapters.Config) error{
		(*settings).readNumbers, (*settings).readSwitches, (*settings).readLogin,
	} {
		if err := part(&s, ctx, c); err != nil {
			return s, err
		}
	}
	return s, nil
}

// readNumbers reads ports, times and counts. Without a limit the driver tries again for good.
func (s *settings) readNumbers(_ context.Context, c adapters.Config) error {
	number := map[string]int{}
	for key, fallback := range map[string]int{
		"port": 0, "proxy_port": 0, "connect_retries": 1, "connect_timeout": 30, "request_timeout": 120, "inline_values": 20_000,
	} {
		n, err := strconv.Atoi(c.String(key, strconv.Itoa(fallback)))
		if err != nil || n < 0 {
			return badConfig("%s is %q, not a number", key, c.String(key, ""))
		}
		number[key] = n
	}
	s.config.Port, s.config.ProxyPort = number["port"], number["proxy_port"]
	s.timeout = time.Duration(number["connect_timeout"]) * time.Second
	s.config.LoginTimeout = s.timeout                                                //nolint:staticcheck // there is nothing else yet
	s.config.RequestTimeout = time.Duration(number["request_timeout"]) * time.Second //nolint:staticcheck // there is nothing else yet
	s.retries, s.inline = number["connect_retries"], number["inline_values"]
	return nil
}

// readSwitches reads what is on or off, and the parameters of the session.
func (s *settings) readSwitches(_ context.Context, c adapters.Config) error {
	on := map[string]bool{}
	for _, key := range []string{"client_session_keep_alive", "insecure_mode"} {
		v, err := strconv.ParseBool(c.String(key, "false"))
		if err != nil {
			return badConfig("%s is %q, not true or false", key, c.String(key, ""))
		}
		on[key] = v
	}
	s.config.DisableOCSPChecks = on["insecure_mode"] || s.config.Protocol == "http"
	if on["client_session_keep_alive"] {
		s.parameter("client_session_keep_alive", "true")
	}
	if tag := c.String("query_tag", ""); tag != "" {
		s.parameter("QUERY_TAG", tag)
	}
	given, ok := c["session_parameters"].(map[string]any)
	if !ok && c["session_parameters"] != nil {
		return badConfig("session_parameters is not a mapping")
	}
	for name, value := range given {
		s.parameter(strings.ToUpper(name), fmt.Sprint(value))
	}
	return nil
}

func (s *settings) parameter(name, value string) { s.config.Params[name] = &value }

// readLogin reads how the user proves who he is.
func (s *settings) readLogin(ctx context.Context, c adapters.Config) error {
	key, err := privateKey(c)
	if err != nil {
		return err
	}
	s.config.PrivateKey = key
	s.config.Token, s.config.Passcode = c.String("token", ""), c.String("passcode", "")
	s.config.OauthClientID, s.config.OauthClientSecret = c.String("oauth_client_id", ""), c.String("oauth_client_secret", "")
	s.config.OauthAuthorizationURL, s.config.OauthTokenRequestURL = c.String("oauth_authorization_url", ""), c.String("oauth_token_request_url", "")
	s.config.OauthRedirectURI, s.config.OauthScope = c.String("oauth_redirect_uri", ""), c.String("oauth_scope", "")
	s.config.WorkloadIdentityProvider = c.String("workload_identity_provider", "")
	s.config.WorkloadIdentityEntraResource = c.String("workload_identity_entra_resource", "")
	name := c.String("authenticator", "")
	if key != nil && name == "" {
		name = "snowflake_jwt"
	}
	if name != "" { // what a login in a browser or with a second factor gives is kept by the driver, so that not every session asks
		s.config.ClientStoreTemporaryCredential, s.config.ClientRequestMfaToken = sf.ConfigBoolTrue, sf.ConfigBoolTrue //nolint:staticcheck // there is nothing else yet
	}
	return s.readAuthenticator(ctx, name)
}

// authenticators are the ways to log in by the names that profiles have for them, with the settings that each needs.
var authenticators = map[string]struct {
	kind  sf.AuthType
	needs []string
}{
	"":                           {sf.AuthTypeSnowflake, []string{"user", "password"}},
	"snowflake":                  {sf.AuthTypeSnowflake, []string{"user", "password"}},
	"snowflake_jwt":              {sf.AuthTypeJwt, []string{"user", "private_key_path"}},
	"externalbrowser":            {sf.AuthTypeExternalBrowser, []string{"user"}},
	"username_password_mfa":      {sf.AuthTypeUsernamePasswordMFA, []string{"user", "password"}},
	"oauth":                      {sf.AuthTypeOAuth, []string{"token"}},
	"jwt":                        {sf.AuthTypeOAuth, []string{"token"}},
	"programmatic_access_token":  {sf.AuthTypePat, []string{"token"}},
	"oauth_authorization_code":   {sf.AuthTypeOAuthAuthorizationCode, nil},
	"oauth_client_credentials":   {sf.AuthTypeOAuthClientCredentials, []string{"oauth_client_id", "oauth_client_secret"}},
	"workload_identity":          {sf.AuthTypeWorkloadIdentityFederation, []string{"workload_identity_provider"}},
	"workload_identity_platform": {sf.AuthTypeWorkloadIdentityFederation, []string{"workload_identity_provider"}},
}

func (s *settings) readAuthenticator(ctx context.Context, name string) error {
	has := map[string]bool{
		"user": s.config.User != "", "password": s.config.Password != "", "token": s.config.Token != "", "private_key_path": s.config.PrivateKey != nil,
		"oauth_client_id": s.config.OauthClientID != "", "oauth_client_secret": s.config.OauthClientSecret != "",
		"workload_identity_provider": s.config.WorkloadIdentityProvider != "",
	}
	way, known := authenticators[strings.ToLower(name)]
	if !known {
		if address, err := url.Parse(name); err == nil && address.Scheme == "https" && address.Host != "" { // Okta
			s.config.OktaURL, way.kind, way.needs = address, sf.AuthTypeOkta, []string{"user", "password"}
		} else {
			return badConfig("authenticator is %q, which is none", name)
		}
	}
	for _, setting := range way.needs {
		if !has[setting] {
			return badConfig("%s is not set%s", setting, map[bool]string{true: ", which authenticator " + name + " needs"}[name != ""])
		}
	}
	s.config.Authenticator = way.kind
	if strings.EqualFold(name, "oauth") && has["oauth_client_id"] && has["oauth_client_secret"] {
		return s.refresh(ctx)
	}
	return nil
}

// mayPass tells whether to log in again can help: the server was not there, or not ready.
func mayPass(err error) bool {
	return statementError(err, adapters.Statement{}).Kind == adapters.Transient
}

// loginError says why there is no session, with everything that identifies it but secrets.
func (s *settings) loginError(err error) error {
	e := statementError(err, adapters.Statement{})
	e.Kind = adapters.Unreachable
	switch {
	case e.Code == fmt.Sprint(sf.ErrCodeFailedToConnect), e.Code == fmt.Sprint(sf.ErrFailedToAuth), strings.Contains(e.Message, "no such host"):
		e.Hint = "check `account` of the target: it is the part of the account's address before .snowflakecomputing.com"
	case e.Hint == "":
		e.Hint = "check `account` of the target, and that its address can be reached from here"
	}
	return fmt.Errorf("log in to %s as %s: %w", s.config.Account, s.config.User, e)
}
