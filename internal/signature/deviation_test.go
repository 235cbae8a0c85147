package signature_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"verigate/internal/signature/signaturetest"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// change is a request of the profile with one thing about it that is not: before it is signed, or after.
type change struct {
	parts func(*signaturetest.Parts)
	after func(*http.Request)
}

func components(edit func([]string) []string) change {
	return change{parts: func(p *signaturetest.Parts) { p.Components = edit(p.Components) }}
}

func params(edit func([]string) []string) change {
	return change{parts: func(p *signaturetest.Parts) { p.Params = edit(p.Params) }}
}

// param replaces the n-th parameter: created, expires, nonce, keyid, alg.
func param(n int, text string) change {
	return params(func(all []string) []string { all[n] = text; return all })
}

func header(name string, values ...string) change {
	return change{after: func(r *http.Request) { r.Header[name] = values }}
}

// rewritten changes a header's text after it was signed.
func rewritten(name string, edit func(string) string) change {
	return change{after: func(r *http.Request) { r.Header.Set(name, edit(r.Header.Get(name))) }}
}

func replaced(name, old, by string) change {
	return rewritten(name, func(s string) string { return strings.Replace(s, old, by, 1) })
}

// deviations are all that the profile refuses before a key is asked for.
func deviations() map[string]change {
	without := func(n int) func([]string) []string {
		return func(all []string) []string { return slices.Delete(all, n, n+1) }
	}
	all := map[string]change{
		"components in another order": components(func(c []string) []string { c[0], c[1] = c[1], c[0]; return c }),
		"a component twice":           components(func(c []string) []string { return append(c, "@method") }),
		"a component too many":        components(func(c []string) []string { return append(c, "host") }),
		"no component":                components(func([]string) []string { return nil }),
		"authority for the target":    components(func(c []string) []string { c[1] = "@authority"; return c }),
		"upper case":                  components(func(c []string) []string { c[2] = "Content-Digest"; return c }),

		"an unknown parameter":   params(func(p []string) []string { return append(p, `aud="x"`) }),
		"a parameter twice":      params(func(p []string) []string { return append(p, p[0]) }),
		"created as text":        param(0, `created="1630584000"`),
		"created with a point":   param(0, "created=1630584000.0"),
		"created as a date":      param(0, "created=@1630584000"),
		"another algorithm":      param(4, `alg="hmac-sha256"`),
		"the algorithm a token":  param(4, "alg=ed25519"),
		"no algorithm at all":    param(4, `alg=""`),
		"a short nonce":          param(2, `nonce="0123456789abcde"`),
		"a long nonce":           param(2, `nonce="`+strings.Repeat("x", 129)+`"`),
		"a nonce of bytes":       param(2, "nonce=:MDEyMzQ1Njc4OWFiY2RlZg==:"),
		"an empty key id":        param(3, `keyid=""`),
		"a long key id":          param(3, `keyid="`+strings.Repeat("x", 65)+`"`),
		"a tag of another type":  params(func(p []string) []string { return append(p, "tag=1") }),
		"an old way of a digest": {parts: func(p *signaturetest.Parts) { p.Digest = "sha-512=:" + strings.Repeat("A", 86) + "==:" }},
		"two digests":            {parts: func(p *signaturetest.Parts) { p.Digest += ", sha-512=:YQ==:" }},
		"a short digest":         {parts: func(p *signaturetest.Parts) { p.Digest = "sha-256=:YQ==:" }},
		"a digest of a member":   {parts: func(p *signaturetest.Parts) { p.Digest = "sha-256" }},

		"no signature":          header("Signature"),
		"no input":              header("Signature-Input"),
		"an empty signature":    header("Signature", ""),
		"no dictionary":         header("Signature-Input", "(((("),
		"two headers of input":  {after: func(r *http.Request) { r.Header.Add("Signature-Input", r.Header.Get("Signature-Input")) }},
		"two media types":       {after: func(r *http.Request) { r.Header.Add("Content-Type", "text/plain") }},
		"two idempotency keys":  {after: func(r *http.Request) { r.Header.Add("Idempotency-Key", "key-2") }},
		"two digest headers":    {after: func(r *http.Request) { r.Header.Add("Content-Digest", r.Header.Get("Content-Digest")) }},
		"another label":         replaced("Signature", "sig=", "sig2="),
		"no bytes":              header("Signature", `sig="AAAA"`),
		"a list for bytes":      header("Signature", "sig=(1)"),
		"bytes with parameters": rewritten("Signature", func(s string) string { return s + ";a=1" }),
		"a short signature":     header("Signature", "sig=:"+base64.StdEncoding.EncodeToString(make([]byte, 63))+":"),
		"several signatures": {after: func(r *http.Request) {
			for _, name := range []string{"Signature", "Signature-Input"} {
				one := r.Header.Get(name)
				r.Header.Set(name, one+", "+strings.Replace(one, "sig=", "sig2=", 1))
			}
		}},
		"a label twice": {after: func(r *http.Request) {
			for _, name := range []string{"Signature", "Signature-Input"} {
				r.Header.Set(name, r.Header.Get(name)+", "+r.Header.Get(name))
			}
		}},
		"an item for the list":         header("Signature-Input", `sig="@method";created=1`),
		"spaces that parse":            replaced("Signature-Input", ");", "); "),
		"a component with a parameter": replaced("Signature-Input", `"@method"`, `"@method";req`),
		"a component that is a token":  replaced("Signature-Input", `"@method"`, "method"),
		"a body that is not signed": {after: func(r *http.Request) {
			signed := get()
			signer.Sign(signed, nil, now, nonce)
			r.Header.Set("Signature", signed.Header.Get("Signature"))
			r.Header.Set("Signature-Input", signed.Header.Get("Signature-Input"))
		}},
		"an absolute target":       {after: func(r *http.Request) { r.RequestURI = origin + path }},
		"a target of a line":       {after: func(r *http.Request) { r.RequestURI = path + "\n\"@method\": GET" }},
		"a target with a space":    {after: func(r *http.Request) { r.RequestURI = path + "?a b" }},
		"a target beyond ASCII":    {after: func(r *http.Request) { r.RequestURI = path + "/\u00e9" }},
		"a target with DEL":        {after: func(r *http.Request) { r.RequestURI = path + "/\x7f" }},
		"a value of a line":        header("Content-Type", "application/json\n\"@method\": GET"),
		"a media type of no signs": header("Content-Type", " "),
	}
	for n, name := range []string{"@method", "@target-uri", "content-digest", "content-type", "idempotency-key"} {
		all["without the component "+name] = components(without(n))
	}
	for n, name := range []string{"created", "expires", "nonce", "keyid", "alg"} {
		all["without the parameter "+name] = params(without(n))
	}
	return all
}

func TestEveryDeviationIsRefused(t *testing.T) {
	t.Parallel()
	for name, d := range deviations() {
		r := post()
		p := signer.Of(r, body, now, nonce)
		if d.parts != nil {
			d.parts(&p)
		}
		signer.Put(r, p)
		if d.after != nil {
			d.after(r)
		}
		if _, err := read(r, now); !isRefused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever looks after the gateway is told what is missing, and not what follows from it.
func TestAParameterThatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	for n, name := range []string{"created", "expires", "nonce", "keyid", "alg"} {
		r := get()
		p := signer.Of(r, nil, now, nonce)
		p.Params = slices.Delete(p.Params, n, n+1)
		signer.Put(r, p)
		if _, err := read(r, now); !isRefused(err) || err.Error() != "signature refused: the parameter "+name+" is missing" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABodyThatWasTakenAwayIsRefused(t *testing.T) {
	t.Parallel()
	r := post()
	signer.Sign(r, body, now, nonce)
	r.ContentLength = 0
	if _, err := read(r, now); !isRefused(err) {
		t.Errorf("a signed body that is gone: %v", err)
	}
	r = get()
	signer.Sign(r, nil, now, nonce)
	r.Header.Set("Content-Digest", signaturetest.Digest(nil))
	if _, err := read(r, now); !isRefused(err) {
		t.Errorf("a digest of nothing: %v", err)
	}
}

// What is in form and was changed after it was signed is no signature of the key.
func TestWhatIsChangedUnderASignatureIsNotSigned(t *testing.T) {
	t.Parallel()
	other := []byte(`{"own_reference":"XA-2"}`)
	for name, change := range map[string]func(*http.Request){
		"the query":            func(r *http.Request) { r.RequestURI += "?limit=6" },
		"the path":             func(r *http.Request) { r.RequestURI = path + "/x" },
		"an escape":            func(r *http.Request) { r.RequestURI = strings.Replace(path, "-", "%2D", 1) },
		"the method":           func(r *http.Request) { r.Method = http.MethodPut },
		"the media type":       func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		"the idempotency key":  func(r *http.Request) { r.Header.Set("Idempotency-Key", "key-2") },
		"the digest":           func(r *http.Request) { r.Header.Set("Content-Digest", signaturetest.Digest(other)) },
		"the nonce":            func(r *http.Request) { edit(r, nonce, "another-0123456789") },
		"the time of creation": func(r *http.Request) { edit(r, "created="+itoa(now.Unix()), "created="+itoa(now.Unix()-1)) },
		"the end":              func(r *http.Request) { edit(r, "expires="+itoa(now.Unix()+60), "expires="+itoa(now.Unix()+61)) },
		"the key":              func(r *http.Request) { edit(r, signer.ID, "fedcba9876543210") },
		"a tag":                func(r *http.Request) { edit(r, `"ed25519"`, `"ed25519";tag="t"`) },
		"the origin":           nil,
	} {
		r, by := post(), signer
		if change == nil {
			by.Origin = "https://other.example"
		}
		by.Sign(r, body, now, nonce)
		if change != nil {
			change(r)
		}
		c, err := read(r, now)
		if err != nil {
			t.Errorf("%s: not in form: %v", name, err)
			continue
		}
		if c.By(public) {
			t.Errorf("%s was changed and is signed still", name)
		}
	}
	r := post()
	signer.Sign(r, body, now, nonce)
	c, err := read(r, now)
	if err != nil || !c.By(public) || c.Covers(other) || c.Covers(bytes.TrimSuffix(body, []byte("}"))) {
		t.Errorf("another body is covered, %v", err)
	}
}

func edit(r *http.Request, old, by string) {
	r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), old, by, 1))
}
