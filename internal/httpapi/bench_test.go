package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"verigate/api"
	"verigate/deploy"
	"verigate/internal/contract"
	"verigate/internal/evidence"
	"verigate/internal/evidence/evidencetest"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/httpapi"
	"verigate/internal/limit"
	"verigate/internal/limit/limittest"
	"verigate/internal/seal/sealtest"
	"verigate/schemas"
)

// BenchmarkSubmit is a partner's request from the first middleware to the written answer, over a record in memory and
// without followers: what the gateway itself spends on a POST of 1.6 KB.
func BenchmarkSubmit(b *testing.B) {
	edge := quiet(b)
	before, after, found := bytes.Cut(exampleOf(b, 1600), []byte(ownReference))
	if !found {
		b.Fatal("the example has no reference of its own")
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		body := fmt.Appendf(nil, "%s%0*d%s", before, len(ownReference), n, after)
		q := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/verification-requests", bytes.NewReader(body))
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Authorization", "Bearer ng")
		q.Header.Set("Idempotency-Key", fmt.Sprint("bench-", n))
		w := httptest.NewRecorder()
		if edge.ServeHTTP(w, q); w.Code != http.StatusCreated {
			b.Fatal(w.Code, w.Body)
		}
	}
}

// quiet is an edge whose gateway nobody follows.
func quiet(t testing.TB) *httpapi.Server {
	t.Helper()
	data, err := gatewaytest.Load(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := gatewaytest.New(t, data)
	checks, err := contract.New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	edge, err := httpapi.New(httpapi.Parts{
		Gateway: w.Gateway, Contract: checks, Keyring: &keyring{callers: everybody()}, KeySet: w.Keyset, Now: w.Clock.Now,
		OpenAPI: api.OpenAPI, Health: func(context.Context) httpapi.Health { return httpapi.Health{Ready: true} },
		Limiter:  limit.New(limit.Parts{Policy: limittest.Wide(), Now: w.Clock.Now}),
		Evidence: evidence.NewWriter(evidence.Parts{Store: evidencetest.NewStore(), Vault: sealtest.Vault(t), Now: w.Clock.Now}),
		Logger:   slog.New(slog.NewTextHandler(io.Discard, nil)), //nolint:sloglint // lines are written here as they are in the product
	})
	if err != nil {
		t.Fatal(err)
	}
	return edge
}

// ownReference is that of the contract's example.
const ownReference = "NCB/ABJ/ENS/FICT/0001/21"

// exampleOf is the contract's example with a statement that brings it to size bytes.
func exampleOf(t testing.TB, size int) []byte {
	t.Helper()
	raw, err := fs.ReadFile(deploy.Data, "examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples struct {
		Request json.RawMessage `json:"verification_request"`
	}
	if err := json.Unmarshal(raw, &examples); err != nil {
		t.Fatal(err)
	}
	var short bytes.Buffer
	if err := json.Compact(&short, examples.Request); err != nil {
		t.Fatal(err)
	}
	const statement, more = `"statement":"`, "The shipper is linked to an earlier seizure of scales. "
	missing := max(0, size-short.Len())
	longer := statement + strings.Repeat(more, missing/len(more)+1)[:missing]
	return bytes.Replace(short.Bytes(), []byte(statement), []byte(longer), 1)
}
