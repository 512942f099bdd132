package snowflake

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/modsql/mod/adapters"
)

// refresh takes the token for one that gets an access token, as dbt does where there are a client's id and secret:
// https://docs.snowflake.com/en/user-guide/oauth-custom#token-endpoint.
func (s *settings) refresh(ctx context.Context) error {
	address := s.config.OauthTokenRequestURL
	if address == "" {
		address = "https://" + s.config.Account + ".snowflakecomputing.com/oauth/token-request"
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {s.config.Token}, "redirect_uri": {"http://localhost:9999"}}
	ctx, stop := context.WithTimeout(ctx, s.timeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return badConfig("oauth_token_request_url is not an address")
	}
	request.SetBasicAuth(s.config.OauthClientID, s.config.OauthClientSecret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return s.loginError(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		AccessToken string `json:"access_token"` //nolint:gosec // the name of a field, not a secret
		Error       string `json:"error"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.AccessToken == "" {
		return &adapters.Error{
			Kind: adapters.Unreachable, Position: -1, Hint: "log in anew with the provider, and set `token` to the refresh token that it gives",
			Message: strings.TrimSpace(fmt.Sprintf("the token of the target is not accepted: %s %s", response.Status, answer.Error)),
		}
	}
	s.config.Token = answer.AccessToken
	return nil
}
