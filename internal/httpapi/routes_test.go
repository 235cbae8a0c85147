package httpapi

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func TestARouteWithoutARowStopsTheStart(t *testing.T) {
	t.Parallel()
	table := access.Table()
	routes := make([]*echo.Route, 0, len(table))
	for _, rule := range table {
		routes = append(routes, &echo.Route{Method: rule.Method, Path: pattern(rule.Path)})
	}
	if _, err := rulesOf(routes, table); err != nil {
		t.Fatal(err)
	}
	if _, err := rulesOf(append(routes, &echo.Route{Method: http.MethodGet, Path: "/v1/open"}), table); err == nil {
		t.Error("a route without a row is served")
	}
	if _, err := rulesOf(routes[1:], table); err == nil {
		t.Error("a row without a route is let pass")
	}
}

// The bodies' table must name the schema that the contract names. openapi.yaml is read as text: it is the one place
// where a body's schema has a file name.
func TestEveryBodyHasTheSchemaOfTheContract(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	schemaOf := regexp.MustCompile(`(?s)requestBody:.*?schemas/([\w-]+)\.json`)
	found := 0
	for _, part := range strings.Split(string(text), "operationId: ")[1:] {
		part, _, _ = strings.Cut(part, "\n      responses:")
		name, rest, _ := strings.Cut(part, "\n")
		b, has := bodies()[access.Operation(name)]
		want := schemaOf.FindStringSubmatch(rest)
		if has != (want != nil) || has && b.schema != want[1] {
			t.Errorf("%s: the contract wants %v, the table has %q", name, want, b.schema)
		}
		if has {
			found++
		}
	}
	if found != len(bodies()) {
		t.Errorf("%d of %d bodies are in the contract", found, len(bodies()))
	}
}

func TestAnUnknownValidatorTagIsAnErrorOfTheStart(t *testing.T) {
	t.Parallel()
	type inner struct {
		A string `validate:"no_such_tag"`
	}
	type outer struct{ In []inner }
	if _, err := newChecker(map[access.Operation]body{access.OpClaimRequest: {"claim", outer{}}}); err == nil {
		t.Error("an unknown tag deep inside a body is let pass")
	}
	if _, err := newChecker(bodies()); err != nil {
		t.Error(err)
	}
}

// codesOf reads the constants of package verification: a code that is added there must be added to the table here.
func codesOf(t *testing.T) []verification.Code {
	t.Helper()
	text, err := os.ReadFile("../verification/refusal.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []verification.Code
	for _, line := range regexp.MustCompile(`(?m)^\t\w+ +Code += "(\w+)"`).FindAllStringSubmatch(string(text), -1) {
		codes = append(codes, verification.Code(line[1]))
	}
	return codes
}

func TestEveryCodeOfTheRulesIsAProblem(t *testing.T) {
	t.Parallel()
	table := problems()
	codes := codesOf(t)
	if len(codes) < 60 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for _, code := range codes {
		k, ok := table[faultOf(&verification.Refusal{Code: code, Reason: "x"}).code]
		want := http.StatusConflict
		switch code {
		case verification.NotPermitted:
			want = http.StatusForbidden
		case verification.NotFound:
			want = http.StatusNotFound
		default:
		}
		if !ok || k.status != want || k.title == "" {
			t.Errorf("%s is answered %d %q", code, k.status, k.title)
		}
	}
}
