package config

import "time"

// KeyTerms limit a credential from its beginning.
type KeyTerms struct {
	Expires time.Time `help:"When the key ends, such as 2027-06-30T00:00:00Z. Absent: when it is revoked." placeholder:"TIME"`
	Scopes  []string  `help:"Limit the key to reads, partner, unit, desk, or to operations of the contract such as submitRequest; may be given several times. Absent: all that the roles allow." name:"scope" placeholder:"SCOPE"`
}

// KeyIssue adds a key.
type KeyIssue struct {
	Stores
	KeyTerms
	Person string `arg:"" help:"Id of the person or system."`
}

// KeySigner binds a public key.
type KeySigner struct {
	Stores
	KeyTerms
	Person string `arg:"" help:"Id of the person or system."`
	File   string `arg:"" help:"The public key: PEM (PUBLIC KEY) or a JWK." type:"existingfile"`
}

// KeyCertificate binds a client certificate.
type KeyCertificate struct {
	Stores
	KeyTerms
	Person string `arg:"" help:"Id of the person or system."`
	File   string `arg:"" help:"The certificate, alone and without its key: PEM (CERTIFICATE)." type:"existingfile"`
}

// KeyTLS says what certificates are good for.
type KeyTLS struct {
	Stores
	Person string `arg:"" help:"Id of the person or system."`
	Use    string `arg:"" help:"required: keys and signatures count only together with a bound certificate. alone: a bound certificate is a credential by itself. ignored: they count for nothing." enum:"required,alone,ignored"`
}

// KeyRotate puts a key in place of another.
type KeyRotate struct {
	Stores
	Person  string        `arg:"" help:"Id of the person or system."`
	Key     string        `arg:"" help:"Id of the key to replace. The new one has its scopes."`
	Overlap time.Duration `help:"How long the old key stays good, at most 720h." default:"24h"`
	Expires time.Time     `help:"When the new key ends. Absent: after as long a life as the old one was given, if it was given one." placeholder:"TIME"`
}

// KeyRevoke ends a key.
type KeyRevoke struct {
	Stores
	Person string `arg:"" help:"Id of the person or system."`
	Key    string `arg:"" help:"Id of the key."`
	Reason string `help:"Why."`
}

// KeyRoot looks after the root key.
type KeyRoot struct {
	Status  KeyRootStatus  `cmd:"" help:"Say which keys are under which version of the root key."`
	Prepare KeyRootPrepare `cmd:"" help:"Make another root key, in a file beside the one in use. Nothing is under it yet: copy it to the backup and to every gateway."`
	Rotate  KeyRootRotate  `cmd:"" help:"Wrap everything under the newest root key while gateways serve. Goes on where it was cut off."`
	Retire  KeyRootRetire  `cmd:"" help:"Take the file of the former root key away, when nothing is under it."`
}

// KeyRootStatus looks.
type KeyRootStatus struct{ Stores }

// KeyRootPrepare makes a root key.
type KeyRootPrepare struct{ Stores }

// KeyRootRotate wraps anew.
type KeyRootRotate struct{ Stores }

// KeyRootRetire takes away.
type KeyRootRetire struct{ Stores }

// KeyGroup looks after the keys of months.
type KeyGroup struct {
	List    KeyGroupList    `cmd:"" help:"List the months of content: what is still under the key of each, and which may be ended."`
	Refile  KeyGroupRefile  `cmd:"" help:"Move what outlives its month (principals, the directory, tombstones) from under the keys of months to under a key that lasts, while gateways serve. Goes on where it was cut off."`
	Replace KeyGroupReplace `cmd:"" help:"Put another key in the place of a month's, wrap every data key of the month under it, and destroy the former, while gateways serve. Goes on where it was cut off."`
}

// KeyGroupList lists.
type KeyGroupList struct{ Stores }

// KeyGroupRefile moves.
type KeyGroupRefile struct{ Stores }

// KeyGroupReplace replaces.
type KeyGroupReplace struct {
	Stores
	Group string `arg:"" help:"The month's group as verigate key root status lists it, such as group.2026-11."`
}

// KeyReceipt looks after the key that signs receipts.
type KeyReceipt struct {
	Rotate KeyReceiptRotate `cmd:"" help:"Sign receipts with another key from here on. Those that were signed with the former stay good."`
}

// KeyReceiptRotate rotates.
type KeyReceiptRotate struct{ Stores }
