package access_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// selfSigned is a certificate as PEM, changed before it is signed.
func selfSigned(t *testing.T, key crypto.Signer, change func(*x509.Certificate)) []byte {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: noon, NotAfter: noon.Add(time.Hour)}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestACertificateIsReadAndWhatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	private := privateOf(7)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	usage := func(all ...x509.ExtKeyUsage) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.ExtKeyUsage = all }
	}
	good := selfSigned(t, private, nil)
	block, _ := pem.Decode(good)
	for name, file := range map[string][]byte{
		"Ed25519": good, "a curve": selfSigned(t, curve, nil), "RSA": selfSigned(t, long, nil),
		"for clients": selfSigned(t, private, usage(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth)),
		"for all":     selfSigned(t, private, usage(x509.ExtKeyUsageAny)),
		"an authority": selfSigned(t, private, func(c *x509.Certificate) {
			c.IsCA, c.BasicConstraintsValid = true, true // as openssl req -x509 makes them
		}),
	} {
		got, err := access.ParseCertificate(file)
		if err != nil || !got.NotBefore.Equal(noon) || !got.NotAfter.Equal(noon.Add(time.Hour)) || got.Thumbprint == (access.Hash{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if name == "Ed25519" && got.Thumbprint != access.Thumbprint(block.Bytes) {
			t.Error("the thumbprint is of something else")
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	for name, file := range map[string][]byte{
		"nothing": nil, "a chain": append(bytes.Clone(good), good...), "with its key": append(bytes.Clone(good), secret...),
		"a key": secret, "a public key": spki(t, private.Public()), "DER": block.Bytes,
		"damaged": bytes.Replace(good, []byte("MII"), []byte("MIJ"), 1), "for servers": selfSigned(t, private, usage(x509.ExtKeyUsageServerAuth)),
		"a weak key": selfSigned(t, short, nil),
		"for something else": selfSigned(t, private, func(c *x509.Certificate) {
			c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3}}
		}),
	} {
		if name == "damaged" && bytes.Equal(file, good) {
			file = good[:len(good)/2]
		}
		got, err := access.ParseCertificate(file)
		if err == nil || got.Thumbprint != (access.Hash{}) {
			t.Errorf("%s is taken", name)
		} else if strings.Contains(err.Error(), "MC4CAQ") {
			t.Errorf("%s: the error tells the key", name)
		}
	}
}

func (k *keys) bind(at time.Time, n byte, terms access.Terms) (access.Hash, verification.KeyID) {
	k.t.Helper()
	id, err := access.NewKeyID(rand.Reader)
	if err != nil {
		k.t.Fatal(err)
	}
	thumb := access.Hash{n}
	k.must(at, access.BindCertificate{Key: id, Terms: terms, ClientCertificate: access.ClientCertificate{
		Thumbprint: thumb, NotBefore: noon, NotAfter: noon.Add(time.Hour),
	}})
	return thumb, id
}

func TestWhatACertificateIsGoodForIsSaidByItsPrincipal(t *testing.T) {
	t.Parallel()
	for use, want := range map[access.CertificateUse]string{
		// key; signature: alone, with its own, with another's, with an unknown, with a revoked one; its own alone
		access.CertificatesIgnored:  "yy yy nn yy yy n",
		access.CertificatesRequired: "nn yy nn nn nn n",
		access.CertificatesAlone:    "yy yy nn yy yy y",
	} {
		k := keysOf(t, deskPerson("p_1"))
		other := &keys{t: t, ring: k.ring}
		other.must(noon, deskPerson("p_2"))
		key, signer := k.issue(noon, access.Terms{}), k.addSigner(noon, publicOf(7), access.Terms{})
		own, ownID := k.bind(noon, 1, access.Terms{})
		gone, goneID := k.bind(noon, 2, access.Terms{})
		k.must(noon, access.RevokeKey{Key: goneID})
		foreign, _ := other.bind(noon, 3, access.Terms{})
		other.must(noon, access.SetCertificateUse{Use: access.CertificatesAlone})
		k.must(noon, access.SetCertificateUse{Use: use})
		var got strings.Builder
		try := func(proof access.Proof, means access.Means) {
			t.Helper()
			proof.At = noon
			caller, err := k.ring.Identify(proof)
			if err != nil {
				got.WriteByte('n')
				return
			}
			got.WriteByte('y')
			if caller.Person != "p_1" || caller.Means != means || (caller.Along == ownID) != (use == access.CertificatesRequired) {
				t.Errorf("%q: %+v", use, caller)
			}
		}
		checked := 0
		for _, with := range []access.Hash{{}, own, foreign, {9}, gone} {
			try(access.Proof{Key: key.Reveal(), Certificate: with}, access.ByKey)
			try(access.Proof{Signed: signed{string(signer), privateOf(7), &checked}, Certificate: with}, access.BySignature)
			got.WriteByte(' ')
		}
		try(access.Proof{Certificate: own}, access.ByCertificate)
		if got.String() != want {
			t.Errorf("%q: %s, want %s", use, got.String(), want)
		}
		if caller, err := k.ring.Identify(access.Proof{Certificate: foreign, At: noon}); err != nil || caller.Person != "p_2" {
			t.Errorf("the other: %+v, %v", caller, err)
		}
		for _, none := range []access.Hash{{}, {9}, gone} {
			if _, err := k.ring.Identify(access.Proof{Certificate: none, At: noon}); err == nil {
				t.Errorf("%q: %x gets in", use, none[:1])
			}
		}
	}
}

func TestACertificateCountsWhileItIsGood(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	thumb, _ := k.bind(noon, 1, access.Terms{})
	short, shortID := k.bind(noon, 2, access.Terms{ExpiresAt: noon.Add(time.Minute), Scopes: []access.Scope{access.ScopeReads}})
	k.must(noon, access.SetCertificateUse{Use: access.CertificatesAlone})
	good := func(thumb access.Hash, at time.Time) bool {
		_, err := k.ring.Identify(access.Proof{Certificate: thumb, At: at})
		return err == nil
	}
	last := noon.Add(time.Hour)
	for at, want := range map[time.Time]bool{
		noon.Add(-1): false, noon: true, last: true, last.Add(time.Second - 1): true, last.Add(time.Second): false,
	} {
		if good(thumb, at) != want {
			t.Errorf("at %s: let in is not %t", at, want)
		}
	}
	if !good(short, noon) || good(short, noon.Add(time.Minute)) {
		t.Error("its own end is earlier")
	}
	caller, err := k.ring.Identify(access.Proof{Certificate: short, At: noon})
	if err != nil || caller.Key != shortID || len(caller.Scopes) != 1 {
		t.Fatalf("%+v, %v", caller, err)
	}
	if k.ring.Used()[shortID] != noon {
		t.Error("its last use is not known")
	}
	k.must(noon, access.RevokeKey{Key: shortID})
	if _, err := k.ring.Current(caller, noon); err == nil {
		t.Error("whoever is in stays in")
	}
	other := &keys{t: t, ring: k.ring}
	other.must(noon, deskPerson("p_2"))
	other.bind(noon, 1, access.Terms{})
	if good(thumb, noon) {
		t.Error("a certificate of two is somebody's")
	}
	if _, bound := k.ring.Bound(thumb, noon); bound {
		t.Error("a certificate of two is bound")
	}
	other.must(noon, access.DisablePrincipal{})
	if holder, bound := k.ring.Bound(thumb, noon); !good(thumb, noon) || !bound || holder != "p_1" {
		t.Error("one of the two is gone")
	}
}

// A thumbprint is public, and is not the hash of a key even where somebody made it so.
func TestACertificateIsNoKey(t *testing.T) {
	t.Parallel()
	k, key := keysOf(t, deskPerson("p_1")), newKey(t)
	k.must(noon, access.BindCertificate{Key: key.ID(), ClientCertificate: access.ClientCertificate{
		Thumbprint: key.Hash(), NotBefore: noon, NotAfter: noon.Add(time.Hour),
	}})
	k.must(noon, access.SetCertificateUse{Use: access.CertificatesAlone})
	if _, err := k.ring.Identify(access.Proof{Key: key.Reveal(), At: noon}); err == nil {
		t.Error("it is taken for a key")
	}
}

// A stream is asked again and again: what its certificate loses it loses.
func TestWhoeverIsInWithACertificateLeavesWithIt(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	key := k.issue(noon, access.Terms{})
	thumb, id := k.bind(noon, 1, access.Terms{Scopes: []access.Scope{access.ScopeReads}})
	k.must(noon, access.SetCertificateUse{Use: access.CertificatesRequired})
	caller, err := k.ring.Identify(access.Proof{Key: key.Reveal(), Certificate: thumb, At: noon})
	if err != nil {
		t.Fatal(err)
	}
	for op, want := range map[access.Operation]access.Bar{access.OpGetBoard: access.NotBarred, access.OpClaimRequest: access.OutOfScope} {
		if rule, _ := access.RuleOf(op); access.Barred(caller, rule) != want {
			t.Errorf("%s: %q", op, access.Barred(caller, rule))
		}
	}
	if now, err := k.ring.Current(caller, noon); err != nil || now.Along != id {
		t.Fatalf("%+v, %v", now, err)
	}
	k.must(noon, access.RevokeKey{Key: id})
	if _, err := k.ring.Current(caller, noon); err == nil {
		t.Error("it stays in")
	}
}

func TestCommandsOnCertificatesAreRefusedWithTheirCode(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	if _, err := k.try(noon, access.SetCertificateUse{Use: access.CertificatesRequired}); code(err) != access.CertificateMissing {
		t.Errorf("nobody would get in: %v", err)
	}
	thumb, id := k.bind(noon, 1, access.Terms{})
	const free = "0123456789abcdef"
	bind := func(id verification.KeyID, thumb access.Hash, until time.Time) access.BindCertificate {
		return access.BindCertificate{Key: id, ClientCertificate: access.ClientCertificate{Thumbprint: thumb, NotBefore: noon, NotAfter: until}}
	}
	later := noon.Add(time.Minute)
	for name, test := range map[string]struct {
		c    access.Command
		want verification.Code
	}{
		"the same again":       {bind(free, thumb, later), access.AlreadyBound},
		"an id that is taken":  {bind(id, access.Hash{2}, later), access.KeyInvalid},
		"no thumbprint":        {bind(free, access.Hash{}, later), access.KeyInvalid},
		"one that is over":     {bind(free, access.Hash{2}, noon), access.ExpiryInvalid},
		"a use of no kind":     {access.SetCertificateUse{Use: "sometimes"}, access.KeyInvalid},
		"as it is":             {access.SetCertificateUse{}, ""},
		"rotate a certificate": {access.RotateKey{Old: id, Key: free, Hash: access.Hash{1}}, access.KeyInvalid},
	} {
		if events, err := k.try(noon, test.c); code(err) != test.want || len(events) != 0 {
			t.Errorf("%s: %v, %v", name, events, err)
		}
	}
	k.must(noon, access.RevokeKey{Key: id})
	k.must(noon, bind(free, thumb, later)) // bound anew
	k.must(noon, access.DisablePrincipal{})
	for _, c := range []access.Command{bind("1123456789abcdef", access.Hash{3}, later), access.SetCertificateUse{Use: access.CertificatesAlone}} {
		if _, err := k.try(noon, c); code(err) != access.PrincipalEnded {
			t.Error(err)
		}
	}
}
