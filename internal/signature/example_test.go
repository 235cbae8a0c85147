package signature_test

import (
	"bufio"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/signature"
)

// blocks are the code blocks of the partners' guide by their language.
func blocks(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../api/signing.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, m := range regexp.MustCompile("(?s)```([a-z]+)\n(.*?)\n```").FindAllStringSubmatch(string(text), -1) {
		all[m[1]] = append(all[m[1]], m[2])
	}
	return all
}

// TestTheExampleOfThePartnersGuide: each byte that a partner would compare with is right, and is what we take.
func TestTheExampleOfThePartnersGuide(t *testing.T) {
	t.Parallel()
	all := blocks(t)
	public, err := access.ParsePublicKey([]byte(all["json"][0]))
	if err != nil {
		t.Fatal(err)
	}
	var jwk struct{ Kid string }
	if err := json.Unmarshal([]byte(all["json"][0]), &jwk); err != nil {
		t.Fatal(err)
	}
	if len(all["http"]) != 2 || len(all["base"]) != 2 || len(all["body"]) != 1 {
		t.Fatalf("%d calls, %d bases, %d bodies", len(all["http"]), len(all["base"]), len(all["body"]))
	}
	for i, text := range all["http"] {
		content := ""
		if strings.Contains(text, "Content-Length") {
			content = all["body"][0]
		}
		raw := strings.ReplaceAll(text, "\n", "\r\n") + "\r\n\r\n" + content
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != content {
			t.Fatalf("%q, %v", body, err)
		}
		c, err := signature.Read("https://gateway.example", signature.Request{
			Method: r.Method, URI: r.RequestURI, Header: r.Header, Content: r.ContentLength != 0,
		}, time.Unix(1630573200, 0))
		if err != nil || c.Signer() != jwk.Kid || !c.By(public[:]) || !c.Covers(body) {
			t.Errorf("call %d: %+v, %v", i+1, c, err)
		}
		_, value, _ := strings.Cut(r.Header.Get("Signature"), "=:")
		signed, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(value, ":"))
		if err != nil || !ed25519.Verify(public[:], []byte(all["base"][i]), signed) {
			t.Errorf("call %d: the base is not what was signed, %v", i+1, err)
		}
	}
}
