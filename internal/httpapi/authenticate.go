package httpapi

import (
	"net/http"
	"strings"

	"verigate/internal/access"
	"verigate/internal/signature"
)

// authenticate reads the one credential of a call: an API key, or a signature, whose claim it returns. Whatever is wrong
// with it, the answer is the same.
func (e *edge) authenticate(r *http.Request) (access.Caller, *signature.Claim, error) {
	proof := access.Proof{At: e.Now()}
	var claim *signature.Claim
	var err error
	if signature.Signed(r.Header) {
		claim, err = e.signed(r)
		proof.Signed = claim
	} else {
		proof.Key, err = bearer(r.Header)
	}
	if err != nil {
		return access.Caller{}, nil, unauthenticated(err)
	}
	by, err := e.letIn(e.Keyring.Identify(proof))
	return by, claim, err
}

// signed reads a signature. What is signed brings no other credential: of two, one would be there to be stolen.
func (e *edge) signed(r *http.Request) (*signature.Claim, error) {
	if len(r.Header.Values("Authorization")) > 0 {
		return nil, access.ErrUnauthenticated
	}
	return signature.Read(e.Origin, signature.Request{
		Method: r.Method, URI: r.RequestURI, Header: r.Header, Content: r.ContentLength != 0,
	}, e.Now())
}

// bearer reads an API key.
func bearer(h http.Header) (string, error) {
	given := h.Values("Authorization")
	if len(given) != 1 {
		return "", access.ErrUnauthenticated
	}
	scheme, secret, _ := strings.Cut(given[0], " ")
	if secret = strings.TrimSpace(secret); !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return "", access.ErrUnauthenticated
	}
	return secret, nil
}

// letIn is a caller as this gateway takes it.
func (e *edge) letIn(by access.Caller, err error) (access.Caller, error) {
	if err != nil {
		return access.Caller{}, access.ErrUnauthenticated
	}
	by.Production = e.Production
	return by, nil
}

// unauthenticated is the one answer, with its cause for the log.
func unauthenticated(cause error) error { return &fault{code: codeUnauthenticated, cause: cause} }
