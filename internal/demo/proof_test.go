package demo

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/api/client"
	"verigate/internal/canonical"
	"verigate/internal/receipt"
	"verigate/schemas"
)

// The two ways to a hash share nothing but RFC 8785.
func TestTheHashIsThatOfTheGateway(t *testing.T) {
	t.Parallel()
	docs := []string{
		`{"b":1,"a":[true,false,null,-7,"é\u2028</script>\u0001\b\f\n\r\t\"\\\u007f"],"\ud83d\ude00":{},"\ufb33":[]}`,
		`{}`,
	}
	for _, example := range examples(t) {
		raw, err := schemas.Examples.ReadFile("examples/" + example + ".json")
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, string(raw))
	}
	for _, doc := range docs {
		_, want, err := canonical.Sum([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := hashOf([]byte(doc)); err != nil || got != want {
			t.Errorf("%.60s: %s %v, want %s", doc, got, err, want)
		}
	}
}

func TestTheHashLeavesOutWhatTheReleaseAdded(t *testing.T) {
	t.Parallel()
	bare, err := hashOf([]byte(`{"version":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := hashOf([]byte(`{"release":{"hash":"x"},"version":1,"clock":{}}`), "release", "clock"); err != nil || got != bare {
		t.Errorf("%s %v, want %s", got, err, bare)
	}
	if _, err := hashOf([]byte(`{"n":1.5}`)); err == nil {
		t.Error("a fraction was hashed")
	}
}

func TestAReceiptIsVerifiedByThePublishedKeysAlone(t *testing.T) {
	t.Parallel()
	now := tonight()
	signer, err := receipt.Open(filepath.Join(t.TempDir(), "keys"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Sign(receipt.Claims{
		ID: "r", Number: "VR", Partner: "NG", BodySHA256: strings.Repeat("0", 64), ReceivedAt: now, DueAt: now, PolicyVersion: "1",
	})
	if err != nil {
		t.Fatal(err)
	}
	var keys client.KeySet
	if err := json.Unmarshal(signer.JWKS(), &keys); err != nil {
		t.Fatal(err)
	}
	var claims struct{ ID string }
	if err := verify(keys, token, receiptType, &claims); err != nil || claims.ID != "r" {
		t.Errorf("%+v, %v", claims, err)
	}
	head, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	for name, forged := range map[string]string{
		"another payload":   head + ".e30." + signature,
		"another signature": head + "." + payload + "." + signature[:4] + "AAAA" + signature[8:],
		"no signature":      head + "." + payload + ".",
		"no token":          "",
	} {
		if verify(keys, forged, receiptType, &claims) == nil {
			t.Errorf("%s was believed", name)
		}
	}
	if verify(keys, token, releaseType, &claims) == nil {
		t.Error("a receipt passed for a release")
	}
	if verify(client.KeySet{}, token, receiptType, &claims) == nil {
		t.Error("a key that nobody published was believed")
	}
}
