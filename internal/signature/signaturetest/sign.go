// Package signaturetest signs requests as a partner does. It writes every byte by hand, so that it shares no mistake with
// what checks them.
package signaturetest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Signer signs for one key.
type Signer struct {
	ID      string // keyid
	Private ed25519.PrivateKey
	Origin  string // of the gateway
}

// Parts are what a signature is made of; a test changes one of them.
type Parts struct {
	Label      string
	Method     string
	Target     string
	Components []string
	Params     []string // name=value, as they stand in Signature-Input
	Digest     string   // Content-Digest; empty: none
}

// Of are the right parts for a request with that body, at a moment.
func (s Signer) Of(r *http.Request, body []byte, now time.Time, nonce string) Parts {
	p := Parts{
		Label: "sig", Method: r.Method, Target: s.Origin + r.URL.RequestURI(), Components: []string{"@method", "@target-uri"},
		Params: []string{
			fmt.Sprintf("created=%d", now.Unix()), fmt.Sprintf("expires=%d", now.Unix()+60), fmt.Sprintf("nonce=%q", nonce),
			fmt.Sprintf("keyid=%q", s.ID), `alg="ed25519"`,
		},
	}
	if len(body) > 0 {
		p.Components, p.Digest = append(p.Components, "content-digest", "content-type"), Digest(body)
	}
	if r.Header.Get("Idempotency-Key") != "" {
		p.Components = append(p.Components, "idempotency-key")
	}
	return p
}

// Digest is the Content-Digest of a body.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// Base is what is signed (RFC 9421, 2.5), with the values of the request's headers.
func (p Parts) Base(h http.Header) string {
	var b strings.Builder
	for _, name := range p.Components {
		value := strings.Join(h.Values(name), ", ")
		switch name {
		case "@method":
			value = p.Method
		case "@target-uri":
			value = p.Target
		}
		fmt.Fprintf(&b, "\"%s\": %s\n", name, value)
	}
	return b.String() + `"@signature-params": ` + p.input()
}

func (p Parts) input() string {
	quoted := make([]string, len(p.Components))
	for i, c := range p.Components {
		quoted[i] = `"` + c + `"`
	}
	text := "(" + strings.Join(quoted, " ") + ")"
	for _, param := range p.Params {
		text += ";" + param
	}
	return text
}

// Put signs the parts and puts the signature onto the request.
func (s Signer) Put(r *http.Request, p Parts) {
	if p.Digest != "" {
		r.Header.Set("Content-Digest", p.Digest)
	}
	signature := ed25519.Sign(s.Private, []byte(p.Base(r.Header)))
	r.Header.Set("Signature-Input", p.Label+"="+p.input())
	r.Header.Set("Signature", p.Label+"=:"+base64.StdEncoding.EncodeToString(signature)+":")
}

// Sign is Put of the right parts.
func (s Signer) Sign(r *http.Request, body []byte, now time.Time, nonce string) {
	s.Put(r, s.Of(r, body, now, nonce))
}
