package httpapi_test

import (
	"net/http"
	"testing"

	"verigate/internal/access"
	"verigate/internal/httpapi"
)

func TestWithProductionAKeyIsToldThatAPersonIsNeeded(t *testing.T) {
	t.Parallel()
	for _, means := range []access.Means{access.ByKey, access.BySession} {
		r := newRigOf(t, func(r *rig, p *httpapi.Parts) {
			p.Production = true
			for name, by := range r.keys.callers {
				by.Means = means
				r.keys.callers[name] = by
			}
		})
		own := map[access.Operation]bool{}
		for _, op := range access.PersonsOwn() {
			own[op] = true
		}
		const of = "/v1/verification-requests/absent0absent0absent0absent/"
		for op, call := range map[access.Operation]ask{
			access.OpClaimRequest:   {method: http.MethodPost, path: of + "claim"},
			access.OpReleasePackage: {method: http.MethodPost, path: of + "release"},
			access.OpPutPackage:     {method: http.MethodPut, path: of + "package"},
			access.OpRouteRequest:   {method: http.MethodPost, path: of + "routing"},
		} {
			call.by, call.body = "desk", "{"
			got := r.call(t, call)
			if own[op] && means == access.ByKey {
				got.problem(t, http.StatusForbidden, "session_required")
				continue
			}
			got.problem(t, http.StatusUnprocessableEntity, "invalid_body")
		}
	}
}
