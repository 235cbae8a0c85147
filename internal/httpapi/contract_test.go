package httpapi_test

import (
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"verigate/api"
	"verigate/internal/access"
)

// operation is what the contract says of one call.
type operation struct {
	method, path string
	body         string // its component; empty: none
	reply        string // the component of its success
	public       bool
}

// operations are those of the contract. It is read once for all tests, and nobody changes it: with the race detector that
// takes half a second.
var operations = sync.OnceValues(func() (map[string]operation, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		return nil, err
	}
	out := map[string]operation{}
	for route, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := operation{method: method, path: route, public: op.Security != nil && len(*op.Security) == 0}
			for _, status := range []int{http.StatusOK, http.StatusCreated} {
				if ref := op.Responses.Status(status); ref != nil {
					o.reply = path.Base(ref.Ref)
				}
			}
			if op.RequestBody != nil {
				o.body = "a form"
				if json := op.RequestBody.Value.Content["application/json"]; json != nil {
					o.body = path.Base(json.Schema.Ref)
				}
			}
			out[op.OperationID] = o
		}
	}
	return out, nil
})

// of fills in a path with ids that nothing has.
func (o operation) of() string {
	return strings.NewReplacer(
		"{id}", strings.Repeat("0", 26), "{task}", strings.Repeat("0", 26)+"-01", "{unit}", "03", "{n}", "1", "{number}", noNumber,
		"{screen}", "p_0000000000000000", "{compartment}", "none", "{month}", "2021-01",
	).Replace(o.path)
}

func TestEveryOperationOfTheContractAsksWhoCalls(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if len(r.operations) != len(access.Table()) {
		t.Errorf("%d operations, %d rows of access", len(r.operations), len(access.Table()))
	}
	for name, op := range r.operations {
		got := r.call(t, ask{method: op.method, path: op.of()})
		switch {
		case name == "finishAtProvider" || name == "endByProvider": // there is none
			got.problem(t, http.StatusNotFound, "not_found")
			continue
		case op.public && op.body != "": // by which one gets a credential
			got.problem(t, http.StatusUnsupportedMediaType, "unsupported_media_type")
			continue
		case op.public:
			got.want(t, http.StatusOK)
			continue
		}
		got.problem(t, http.StatusUnauthorized, "unauthenticated")
		if got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", name)
		}
		for _, credential := range []string{"Bearer nobody", "Basic bmc6bmc=", "Bearer", "ng"} {
			other := r.call(t, ask{method: op.method, path: op.of(), header: map[string]string{
				"Authorization": credential, "X-Request-Id": "same",
			}})
			same := r.call(t, ask{method: op.method, path: op.of(), header: map[string]string{"X-Request-Id": "same"}})
			if string(other.body) != string(same.body) {
				t.Errorf("%s: %q is answered in another way than nothing: %s", name, credential, other.body)
			}
		}
	}
}

func TestEveryRoleIsRefusedWhatIsNotInItsRow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, rule := range access.Table() {
		op := r.operations[string(rule.Operation)]
		for name, caller := range everybody() {
			got := r.call(t, ask{by: name, method: op.method, path: op.of(), body: "{}", header: withKey("k")})
			held := false
			for _, role := range rule.Roles {
				held = held || caller.Has(role)
			}
			switch {
			case got.status == http.StatusUnauthorized || got.status >= http.StatusInternalServerError && got.status != http.StatusServiceUnavailable:
				t.Errorf("%s by %s: %d %s", rule.Operation, name, got.status, got.body)
			case held && got.status == http.StatusForbidden:
				t.Errorf("%s by %s is refused by its role", rule.Operation, name)
			case !held && len(rule.Roles) > 0 && got.status < http.StatusBadRequest:
				t.Errorf("%s by %s is answered: %d %s", rule.Operation, name, got.status, got.body)
			}
		}
	}
}
