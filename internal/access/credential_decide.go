package access

import (
	"time"

	"verigate/internal/verification"
)

// Terms limit a key or a signer from its beginning.
type Terms struct {
	ExpiresAt time.Time // zero: until it is revoked
	Scopes    []Scope   // none: all that the principal may do
}

// The commands on a principal's credentials.
type (
	// IssueKey keeps the hash of a key made by NewKey.
	IssueKey struct {
		Key  verification.KeyID
		Hash Hash
		Terms
	}

	// RotateKey keeps the hash of a key that takes the place of another. Its scopes are those of the other. It lives
	// until ExpiresAt; when that is zero, as long as the other was given from its beginning.
	RotateKey struct {
		Old       verification.KeyID
		Key       verification.KeyID
		Hash      Hash
		Overlap   time.Duration // for which the other is good still; 0 to MaxOverlap
		ExpiresAt time.Time
	}

	// RevokeKey ends a credential, whatever its kind.
	RevokeKey struct {
		Key    verification.KeyID
		Reason string
	}
)

func (IssueKey) command()  {}
func (RotateKey) command() {}
func (RevokeKey) command() {}

// MaxOverlap is the longest time for which a rotated key may be good beside the one that took its place.
const MaxOverlap = 30 * 24 * time.Hour

// The refusals that concern credentials.
const (
	KeyInvalid     verification.Code = "key_invalid"     // a key without id or hash
	UnknownKey     verification.Code = "unknown_key"     // the principal has no such credential
	KeyEnded       verification.Code = "key_ended"       // it was revoked, or its time is over
	ExpiryInvalid  verification.Code = "expiry_invalid"  // a key would end before it begins
	OverlapInvalid verification.Code = "overlap_invalid" // the old key would be good for too long, or for less than nothing
	ScopeInvalid   verification.Code = "scope_invalid"   // no such scope, or one twice
)

func (p Principal) issueKey(s verification.Stamp, c IssueKey) ([]Event, error) {
	known, found := p.Key(c.Key)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case found && known.Hash == c.Hash && known.RevokedAt.IsZero():
		return nil, nil
	}
	if err := checkNew(c.Key, c.Hash, found); err != nil {
		return nil, err
	}
	if err := c.Terms.check(s.At); err != nil {
		return nil, err
	}
	return []Event{KeyIssuedV2{Key: c.Key, Hash: c.Hash, ExpiresAt: c.ExpiresAt, Scopes: c.Scopes}}, nil
}

func (p Principal) rotateKey(s verification.Stamp, c RotateKey) ([]Event, error) {
	old, found := p.Key(c.Old)
	_, taken := p.Key(c.Key)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case !found:
		return nil, refuse(UnknownKey, "the principal has no such key")
	case old.Kind != APIKey:
		return nil, refuse(KeyInvalid, "only API keys are rotated: add another credential, then revoke this one")
	case !old.Good(s.At):
		return nil, refuse(KeyEnded, "the key has ended: issue a new one")
	case c.Overlap < 0 || c.Overlap > MaxOverlap:
		return nil, refuse(OverlapInvalid, "the old key stays good for 0 to 720 hours")
	}
	if err := checkNew(c.Key, c.Hash, taken); err != nil {
		return nil, err
	}
	expires := c.ExpiresAt
	if expires.IsZero() && !old.ExpiresAt.IsZero() {
		expires = s.At.Add(old.ExpiresAt.Sub(old.CreatedAt))
	}
	if err := checkExpiry(s.At, expires); err != nil {
		return nil, err
	}
	events := []Event{KeyIssuedV2{Key: c.Key, Hash: c.Hash, ExpiresAt: expires, Scopes: old.Scopes, Replaces: c.Old}}
	if ends := s.At.Add(c.Overlap); old.Good(ends) {
		events = append(events, KeyEnds{Key: c.Old, At: ends})
	}
	return events, nil
}

func (t Terms) check(at time.Time) error {
	if err := checkExpiry(at, t.ExpiresAt); err != nil {
		return err
	}
	return checkScopes(t.Scopes)
}

func checkNew(id verification.KeyID, hash Hash, taken bool) error {
	switch {
	case taken:
		return refuse(KeyInvalid, "the principal has another key of that id")
	case !keyID(string(id)) || hash == Hash{}:
		return refuse(KeyInvalid, "a key needs its id and its hash")
	}
	return nil
}

func checkExpiry(at, expires time.Time) error {
	if !expires.IsZero() && !expires.After(at) {
		return refuse(ExpiryInvalid, "the key would have ended already: name a later time")
	}
	return nil
}

func (p Principal) revokeKey(c RevokeKey) ([]Event, error) {
	known, found := p.Key(c.Key)
	switch {
	case !found:
		return nil, refuse(UnknownKey, "the principal has no such key")
	case !known.RevokedAt.IsZero():
		return nil, nil
	}
	return []Event{KeyRevoked(c)}, nil
}
