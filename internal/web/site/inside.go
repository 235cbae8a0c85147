package site

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"verigate/api/client"
	"verigate/internal/inside"
)

// asVisitor calls the REST edge without a network, as the browser that visits: from where it is, with its cookies, and with
// what it says of the page that sends it.
type asVisitor struct {
	api   http.Handler
	visit *http.Request
}

// forwarded are the headers of the visit that the edge looks at.
func forwarded() []string {
	return []string{"Cookie", "Origin", "Sec-Fetch-Site", "X-Request-Id", "Verigate-Unattended"}
}

// Do implements client.HttpRequestDoer.
func (i asVisitor) Do(r *http.Request) (*http.Response, error) {
	r.Host, r.RemoteAddr, r.TLS = i.visit.Host, i.visit.RemoteAddr, i.visit.TLS
	for _, name := range forwarded() {
		if given := i.visit.Header.Values(name); len(given) > 0 {
			r.Header[http.CanonicalHeaderKey(name)] = given
		}
	}
	return inside.Serve(i.api, r), nil
}

func newClient(api http.Handler, visit *http.Request) (*client.Client, error) {
	c, err := client.NewClient("http://"+visit.Host, client.WithHTTPClient(asVisitor{api, visit}))
	if err != nil {
		return nil, fmt.Errorf("prepare the visitor's client: %w", err)
	}
	return c, nil
}

// Read is the body of an answer; a problem is the error *Problem. Pass it what the generated client returns.
func Read[T any](r *http.Response, err error) (T, error) {
	body, _, err := ReadTagged[T](r, err)
	return body, err
}

// ReadTagged is Read with the version that the answer shows, as If-Match takes it.
func ReadTagged[T any](r *http.Response, err error) (body T, tag string, _ error) {
	if err != nil {
		return body, "", fmt.Errorf("ask the gateway: %w", err)
	}
	defer r.Body.Close()
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return body, "", fmt.Errorf("read the gateway's answer: %w", err)
	}
	if r.StatusCode >= http.StatusBadRequest {
		return body, "", problemOf(r, content)
	}
	if len(content) == 0 {
		return body, r.Header.Get("ETag"), nil
	}
	if err := json.Unmarshal(content, &body); err != nil {
		return body, "", fmt.Errorf("read the gateway's answer as %T: %w", body, err)
	}
	return body, r.Header.Get("ETag"), nil
}

// Done is Read of an answer whose body nobody needs.
func Done(r *http.Response, err error) error {
	_, err = Read[json.RawMessage](r, err)
	return err
}

// Optional is a parameter of the generated client: none when it is empty.
func Optional[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}
