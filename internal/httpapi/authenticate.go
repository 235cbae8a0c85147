package httpapi

import (
	"net/http"
	"strings"

	"verigate/internal/access"
	"verigate/internal/signature"
)

// authenticate reads the credential of a call: an API key, a signature, whose claim it returns, or a client certificate,
// which may come along with either of the others. Whatever is wrong with it, the answer is the same.
func (e *edge) authenticate(r *http.Request) (access.Caller, *signature.Claim, error) {
	proof := access.Proof{Certificate: leaf(r), At: e.Now()}
	var claim *signature.Claim
	var err error
	switch {
	case signature.Signed(r.Header):
		if claim, err = e.signature(r); claim != nil {
			proof.Signed = claim
		}
	case len(r.Header.Values("Authorization")) > 0 || proof.Certificate == access.Hash{}:
		proof.Key, err = bearer(r.Header)
	}
	if err != nil {
		return access.Caller{}, nil, unauthenticated(err)
	}
	by, err := e.letIn(e.Keyring.Identify(proof))
	return by, claim, err
}

// trusted says whether anybody may be let in: nobody is while it is not known what was revoked. Whoever knocks is told so
// before it is looked who that is, and is none of the strangers who are counted.
func (e *edge) trusted() error {
	if e.Trusted == nil {
		return nil
	}
	return e.Trusted()
}

// signature reads a signature. What is signed brings no other credential: of two, one would be there to be stolen.
func (e *edge) signature(r *http.Request) (*signature.Claim, error) {
	if len(r.Header.Values("Authorization")) > 0 {
		return nil, access.ErrUnauthenticated
	}
	return signature.Read(e.Origin, signature.Request{
		Method: r.Method, URI: r.RequestURI, Header: r.Header, Content: r.ContentLength != 0,
	}, e.Now())
}

// leaf names the client certificate of the call's own connection. It is looked at for each call: a connection outlives a
// binding. TLS has made sure that whoever is there holds its key; who signed it and when is not asked there.
func leaf(r *http.Request) access.Hash {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return access.Hash{}
	}
	return access.Thumbprint(r.TLS.PeerCertificates[0].Raw)
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
