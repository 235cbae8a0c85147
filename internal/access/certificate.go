package access

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"time"

	"verigate/internal/verification"
)

// CertificateUse says what a principal's bound certificates are good for.
type CertificateUse string

// The uses. The zero value is CertificatesIgnored.
const (
	CertificatesIgnored  CertificateUse = ""         // nothing: they may be bound ahead
	CertificatesRequired CertificateUse = "required" // keys and signatures count only together with one
	CertificatesAlone    CertificateUse = "alone"    // one is a credential by itself, beside keys and signatures
)

// Thumbprint names a certificate: the SHA-256 of its DER. The zero value is none.
func Thumbprint(der []byte) Hash { return sha256.Sum256(der) }

// ClientCertificate is what is kept of a certificate: nothing in its names, by which nobody is identified.
type ClientCertificate struct {
	Thumbprint Hash
	NotBefore  time.Time
	NotAfter   time.Time // the last second in which it is good (RFC 5280, 4.1.2.5)
}

const leastRSA = 2048 // bits

// ParseCertificate reads the one certificate of a PEM file. It may be signed by anybody, itself too: it counts for being
// bound. Errors hold nothing of the file.
func ParseCertificate(file []byte) (ClientCertificate, error) {
	block, rest := pem.Decode(file)
	if block == nil || block.Type != "CERTIFICATE" {
		return ClientCertificate{}, errNotCertificate
	}
	if more, _ := pem.Decode(rest); more != nil {
		return ClientCertificate{}, errNotCertificate
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return ClientCertificate{}, errNotCertificate
	}
	if !strong(c) {
		return ClientCertificate{}, errors.New("the certificate's key is none of Ed25519, an elliptic curve of the NIST, RSA of 2048 bits or more")
	}
	if !forClients(c) {
		return ClientCertificate{}, errors.New("the certificate says that it is not for clients: its extended key usage lacks clientAuth")
	}
	return ClientCertificate{Thumbprint: Thumbprint(c.Raw), NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC()}, nil
}

var errNotCertificate = errors.New("not one certificate: the file is a single PEM block CERTIFICATE, the leaf alone, without its chain. " +
	"If it held a private key, that key is no secret any more: make another")

func strong(c *x509.Certificate) bool {
	switch key := c.PublicKey.(type) {
	case ed25519.PublicKey, *ecdsa.PublicKey:
		return true
	case *rsa.PublicKey:
		return key.N.BitLen() >= leastRSA
	}
	return false
}

func forClients(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// The commands on a principal's certificates.
type (
	// BindCertificate keeps the thumbprint of a certificate.
	BindCertificate struct {
		Key verification.KeyID // its id as a credential
		ClientCertificate
		Terms
	}

	// SetCertificateUse says from now on what the bound certificates are good for.
	SetCertificateUse struct{ Use CertificateUse }
)

func (BindCertificate) command()   {}
func (SetCertificateUse) command() {}

// The refusals that concern certificates.
const (
	CertificateMissing verification.Code = "certificate_missing" // nobody would get in: none is bound that is good
	AlreadyBound       verification.Code = "already_bound"       // to this principal or to another
)

func (p Principal) bindCertificate(s verification.Stamp, c BindCertificate) ([]Event, error) {
	_, taken := p.Key(c.Key)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case taken || !keyID(string(c.Key)) || c.Thumbprint == Hash{}:
		return nil, refuse(KeyInvalid, "a certificate needs an id of its own and its thumbprint")
	case slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Kind == Certificate && k.Hash == c.Thumbprint && k.RevokedAt.IsZero() }):
		return nil, refuse(AlreadyBound, "the certificate is bound already")
	}
	if err := checkExpiry(s.At, c.NotAfter); err != nil {
		return nil, err
	}
	if err := c.Terms.check(s.At); err != nil {
		return nil, err
	}
	return []Event{CertificateBound{
		Key: c.Key, Thumbprint: c.Thumbprint, NotBefore: c.NotBefore, NotAfter: c.NotAfter, ExpiresAt: c.ExpiresAt, Scopes: c.Scopes,
	}}, nil
}

func (p Principal) setCertificateUse(s verification.Stamp, c SetCertificateUse) ([]Event, error) {
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case c.Use != CertificatesIgnored && c.Use != CertificatesRequired && c.Use != CertificatesAlone:
		return nil, refuse(KeyInvalid, "certificates are ignored, required, or count alone")
	case c.Use == p.CertificateUse:
		return nil, nil
	case c.Use != CertificatesIgnored && !slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Kind == Certificate && k.Good(s.At) }):
		return nil, refuse(CertificateMissing, "no certificate of the principal is good now: bind one first, or nobody gets in")
	}
	return []Event{CertificateUseSet{Use: c.Use}}, nil
}
