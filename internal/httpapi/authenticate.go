package httpapi

import (
	"net/http"
	"strings"

	"verigate/internal/access"
)

// authenticate reads the one credential. Whatever is wrong with it, the answer is the same.
func (e *edge) authenticate(r *http.Request) (access.Caller, error) {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return access.Caller{}, access.ErrUnauthenticated
	}
	scheme, secret, _ := strings.Cut(given[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return access.Caller{}, access.ErrUnauthenticated
	}
	return e.letIn(e.Keyring.Identify(access.Proof{Key: strings.TrimSpace(secret), At: e.Now()}))
}

// letIn is a caller as this gateway takes it.
func (e *edge) letIn(by access.Caller, err error) (access.Caller, error) {
	if err != nil {
		return access.Caller{}, access.ErrUnauthenticated
	}
	by.Production = e.Production
	return by, nil
}
