package admin

import (
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// KeyRequest is one act of administration; which fields count depends on Act.
type KeyRequest struct {
	Act       string                   `json:"act"` // create, issue, rotate, signer, certificate, tls, revoke, disable, partner, list
	By        Credential               `json:"by"`
	Person    verification.PersonID    `json:"person,omitempty"`
	Label     string                   `json:"label,omitempty"`
	Roles     []verification.Role      `json:"roles,omitempty"`
	Partner   verification.PartnerCode `json:"partner,omitempty"`
	Unit      verification.UnitCode    `json:"unit,omitempty"`
	System    bool                     `json:"system,omitempty"`
	Key       verification.KeyID       `json:"key,omitempty"`
	Reason    string                   `json:"reason,omitempty"`
	Name      string                   `json:"name,omitempty"`
	Country   string                   `json:"country,omitempty"`
	Kind      string                   `json:"kind,omitempty"`
	ExpiresAt time.Time                `json:"expires_at,omitzero"`
	Scopes    []access.Scope           `json:"scopes,omitempty"`
	Overlap   time.Duration            `json:"overlap,omitempty"`
	File      []byte                   `json:"file,omitempty"` // of a public key or a certificate
	Use       access.CertificateUse    `json:"use,omitempty"`
}

// KeyResult is what came of it. Secret is shown once and kept nowhere.
type KeyResult struct {
	Person     verification.PersonID `json:"person,omitempty"`
	Key        verification.KeyID    `json:"key,omitempty"` // of a credential without a secret of ours
	Secret     string                `json:"secret,omitempty"`
	Principals []access.Principal    `json:"principals,omitempty"`
	At         time.Time             `json:"at,omitzero"` // for which they are listed, by the clock of who answers
	Used       *LastUse              `json:"used,omitempty"`
}

// LastUse is what the gateway that was asked knows of the last use of credentials.
type LastUse struct {
	Since time.Time                        `json:"since"` // its start: of before it knows nothing
	Keys  map[verification.KeyID]time.Time `json:"keys"`  // to the second; one that is missing was not used since
}

// Terms are those of the credential that is asked for.
func (r KeyRequest) Terms() access.Terms {
	return access.Terms{ExpiresAt: r.ExpiresAt, Scopes: r.Scopes}
}
