package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
	"verigate/internal/tooltest"
)

// scriptError is what a script of the other side said when it failed.
type scriptError struct {
	err  error
	said string
}

func (e *scriptError) Error() string { return e.err.Error() + ": " + e.said }

// partner runs a script of the other side and decodes what it wrote. Without node, npm or the registry's packages a test
// is left out, and in CI it fails.
func partner(t *testing.T, script string, in, out any) error {
	t.Helper()
	dir := tooltest.Packages(t, os.DirFS("npm"))
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", script)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, bytes.NewReader(text), &said
	answer, err := cmd.Output()
	if err != nil {
		return &scriptError{err: err, said: said.String()}
	}
	if err := json.Unmarshal(answer, out); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, answer)
	}
	return nil
}

func mustPartner(t *testing.T, script string, in, out any) {
	t.Helper()
	if err := partner(t, script, in, out); err != nil {
		t.Fatal(err)
	}
}

// nodeKeys is a key pair made by node.
type nodeKeys struct{ Private, Pem, Jwk string }

// nodeCall is one call that node signs, and how it is sent under its signature.
type nodeCall struct {
	Key     string            `json:"key"`
	KeyID   string            `json:"keyid"`
	Nonce   string            `json:"nonce"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
	Fields  []string          `json:"fields"`
	Sends   []nodeSend        `json:"sends"`
}

// nodeSend is what differs from what was signed.
type nodeSend struct {
	URL     string            `json:"url,omitempty"`
	Body    string            `json:"body,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
}

type nodeAnswer struct {
	Status int
	Body   string
}

var signedFields = []string{"@method", "@target-uri", "content-digest", "content-type", "idempotency-key"}

// nodeSigner binds a key of node to a new system of NG; asJWK says in which form it is handed over.
func (w *world) nodeSigner(asJWK bool) (nodeKeys, string) {
	w.t.Helper()
	var keys nodeKeys
	mustPartner(w.t, "keys.mjs", nil, &keys)
	file, form := filepath.Join(w.t.TempDir(), "public"), keys.Pem
	if asJWK {
		form = keys.Jwk
	}
	if err := os.WriteFile(file, []byte(form), 0o600); err != nil {
		w.t.Fatal(err)
	}
	person, _, _ := shownKey(w.t, w.key(0, "create", "--label", "Registry", "--role", "PARTNER", "--partner", "NG", "--system"))
	return keys, strings.TrimSpace(strings.TrimPrefix(w.key(0, "signer", person, file), person))
}

func TestAPartnerSignsWithAnotherLibraryAndVerifiesItsReceipt(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	keys, id := w.nodeSigner(true)
	call := nodeCall{
		Key: keys.Private, KeyID: id, Nonce: "nonce-of-node-0001", Method: http.MethodPost, URL: w.url + requests, Fields: signedFields,
		Headers: map[string]string{"Content-Type": "application/json", "Idempotency-Key": "node-1"}, Body: string(named(t, "node-1")),
		Sends: []nodeSend{{}, {}},
	}
	var answers []nodeAnswer
	mustPartner(t, "call.mjs", call, &answers)
	if answers[0].Status != 201 || answers[1].Status != 401 {
		t.Fatalf("the first time and the second: %+v", answers)
	}
	var created map[string]any
	if err := json.Unmarshal([]byte(answers[0].Body), &created); err != nil {
		t.Fatal(err)
	}
	get := nodeCall{
		Key: keys.Private, KeyID: id, Nonce: "nonce-of-node-0002", Method: http.MethodGet, Fields: signedFields[:2],
		URL: w.url + requests + "?number=" + created["number"].(string) + "&limit=5", Sends: []nodeSend{{}},
	}
	eventually(t, 10*time.Second, func() error { return w.onBoard(1) })
	mustPartner(t, "call.mjs", get, &answers)
	if answers[0].Status != 200 || !strings.Contains(answers[0].Body, created["id"].(string)) {
		t.Fatalf("%+v", answers)
	}

	paper := struct {
		Receipt string          `json:"receipt"`
		Keys    json.RawMessage `json:"keys"`
	}{created["receipt"].(string), w.must(200, "", http.MethodGet, "/.well-known/jwks.json", nil).Raw}
	var verified struct{ Claims map[string]any }
	mustPartner(t, "receipt.mjs", paper, &verified)
	for _, member := range []string{"id", "number", "due_at", "received_at"} {
		if verified.Claims[member] != created[member] || created[member] == nil {
			t.Errorf("%s: the receipt says %v, the answer %v", member, verified.Claims[member], created[member])
		}
	}
	if verified.Claims["partner"] != "NG" {
		t.Errorf("the receipt is for %v", verified.Claims["partner"])
	}
	parts := strings.Split(paper.Receipt, ".")
	first := parts[1][:1]
	parts[1] = strings.Replace(parts[1], first, string(rune(first[0]+1)), 1)
	paper.Receipt = strings.Join(parts, ".")
	if err := partner(t, "receipt.mjs", paper, &verified); err == nil || !strings.Contains(err.Error(), "JWSSignatureVerificationFailed") {
		t.Errorf("a receipt that was changed: %v", err)
	}
}

func TestWhatAnotherLibrarySignsOtherwiseIsRefused(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	keys, id := w.nodeSigner(false)
	other, _ := w.nodeSigner(false)
	good := nodeCall{
		Key: keys.Private, KeyID: id, Method: http.MethodPost, URL: w.url + requests, Fields: signedFields,
		Headers: map[string]string{"Content-Type": "application/json", "Idempotency-Key": "node-1"}, Body: string(named(t, "node-1")),
		Sends: []nodeSend{{}},
	}
	for name, change := range map[string]func(*nodeCall){
		"components in another order": func(c *nodeCall) { c.Fields = slices.Clone(c.Fields); slices.Reverse(c.Fields) },
		"a component is missing":      func(c *nodeCall) { c.Fields = c.Fields[:4] },
		"without the digest":          func(c *nodeCall) { c.Fields = append(slices.Clone(c.Fields[:2]), c.Fields[3:]...) },
		"the authority alone":         func(c *nodeCall) { c.Fields = append([]string{"@method", "@authority"}, c.Fields[2:]...) },
		"a component too many":        func(c *nodeCall) { c.Fields = append(slices.Clone(c.Fields), "@path") },
		"another's key":               func(c *nodeCall) { c.Key = other.Private },
		"an unknown key id":           func(c *nodeCall) { c.KeyID = "0123456789abcdef" },
		"a short nonce":               func(c *nodeCall) { c.Nonce = "short" },
		"a changed query":             func(c *nodeCall) { c.Sends = []nodeSend{{URL: c.URL + "?limit=1"}} },
		"a changed body":              func(c *nodeCall) { c.Sends = []nodeSend{{Body: string(named(t, "node-2"))}} },
		"a changed key":               func(c *nodeCall) { c.Sends = []nodeSend{{Headers: map[string]string{"Idempotency-Key": "node-2"}}} },
		"signed for another gateway":  func(c *nodeCall) { c.Sends, c.URL = []nodeSend{{URL: c.URL}}, "https://other.example"+requests },
	} {
		c := good
		c.Nonce = "nonce-of-" + strings.ReplaceAll(name, " ", "-") + "-0123456789"
		change(&c)
		var answers []nodeAnswer
		mustPartner(t, "call.mjs", c, &answers)
		if len(answers) != 1 || answers[0].Status != 401 || !strings.Contains(answers[0].Body, `"unauthenticated"`) {
			t.Errorf("%s: %+v", name, answers)
		}
	}
	w.mustBeClean(0)
}
