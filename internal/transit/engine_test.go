package transit_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// engine is no Vault. It has the forms of requests and answers of the API's documentation, and the statuses and texts that
// the transit engine of Vault 1.21 gave when it was asked by hand; it refuses what that does not know.
type engine struct {
	t    *testing.T
	kind string

	mu     sync.Mutex
	keys   []cipher.AEAD // by version, from 1
	oldest int           // min_decryption_version
	asked  atomic.Int32
}

const token = "hvs.fictional"

func newEngine(t *testing.T) *engine {
	e := &engine{t: t, kind: "aes256-gcm96", oldest: 1}
	e.rotate()
	return e
}

func (e *engine) rotate() {
	e.mu.Lock()
	defer e.mu.Unlock()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		e.t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		e.t.Fatal(err)
	}
	e.keys = append(e.keys, aead)
}

// ServeHTTP answers as the API does.
func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.asked.Add(1)
	e.mu.Lock()
	defer e.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.Header.Get("X-Vault-Token") != token {
		deny(w, 403, "permission denied")
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /v1/transit/keys/verigate":
		answer(w, map[string]any{"name": "verigate", "type": e.kind, "latest_version": len(e.keys), "min_decryption_version": e.oldest})
	case "POST /v1/transit/encrypt/verigate":
		in := e.read(r, "plaintext")
		nonce := make([]byte, 12)
		_, _ = rand.Read(nonce)
		sealed := e.keys[len(e.keys)-1].Seal(nonce, nonce, in["plaintext"], in["associated_data"])
		answer(w, map[string]any{"ciphertext": fmt.Sprintf("vault:v%d:%s", len(e.keys), base64.StdEncoding.EncodeToString(sealed)), "key_version": len(e.keys)})
	case "POST /v1/transit/decrypt/verigate":
		e.decrypt(w, r)
	default:
		deny(w, 404)
	}
}

func (e *engine) decrypt(w http.ResponseWriter, r *http.Request) {
	in := e.read(r, "ciphertext")
	version, sealed, ok := strings.Cut(strings.TrimPrefix(string(in["ciphertext"]), "vault:v"), ":")
	n, err := strconv.Atoi(version)
	raw, err2 := base64.StdEncoding.DecodeString(sealed)
	switch {
	case !ok || err != nil || err2 != nil || len(raw) < 28:
		deny(w, 400, "invalid ciphertext length")
	case n > len(e.keys):
		deny(w, 400, "invalid ciphertext: version is too new")
	case n < e.oldest:
		deny(w, 400, "ciphertext or signature version is disallowed by policy (too old)")
	default:
		plain, err := e.keys[n-1].Open(nil, raw[:12], raw[12:], in["associated_data"])
		if err != nil {
			deny(w, 400, "cipher: message authentication failed")
			return
		}
		answer(w, map[string]any{"plaintext": base64.StdEncoding.EncodeToString(plain)})
	}
}

// read is strict: a member that the API does not have is a defect here, not there.
func (e *engine) read(r *http.Request, what string) map[string][]byte {
	var in map[string]string
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in) != 2 {
		e.t.Errorf("%s is sent %d members, %v", r.URL.Path, len(in), err)
	}
	if what == "ciphertext" {
		in["ciphertext"] = base64.StdEncoding.EncodeToString([]byte(in["ciphertext"]))
	}
	out := map[string][]byte{}
	for _, member := range []string{what, "associated_data"} {
		raw, err := base64.StdEncoding.DecodeString(in[member])
		if err != nil || in[member] == "" {
			e.t.Errorf("%s has no %s in base64", r.URL.Path, member)
		}
		out[member] = raw
	}
	return out
}

func answer(w http.ResponseWriter, data map[string]any) {
	_ = json.NewEncoder(w).Encode(map[string]any{"request_id": "x", "lease_id": "", "renewable": false, "lease_duration": 0, "data": data, "warnings": nil})
}

func deny(w http.ResponseWriter, status int, errs ...string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": append([]string{}, errs...)})
}
