package app

import (
	"errors"
	"slices"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/evidence"
	"verigate/internal/verification"
)

// act is one of administration, over the socket or on a directory that no gateway has.
type act struct {
	by         verification.Actor
	what, kind string // kind is as it was sent
	about      verification.PersonID
	looked     bool // it leaves nothing in the record
}

// acted notes an act that the record does not have: one that only looked, and one that failed. What it was sent in words is
// not noted, but for the words that there are.
func (p *Parts) acted(a act, err error) {
	if err == nil && !a.looked {
		return
	}
	entry := evidence.Entry{
		At: p.Now(), Person: a.by.Person, Roles: a.by.Roles, Unit: a.by.Unit, Key: a.by.Key,
		Operation: access.Operation("admin " + a.what), Shows: access.ShowsHouse, Outcome: evidence.Served,
	}
	if slices.Contains(kinds(), a.kind) {
		entry.Operation += access.Operation(" " + a.kind)
	}
	if _, known := p.Registry.Keyring().Principal(a.about); known {
		entry.About = a.about
	}
	if err != nil {
		entry.Outcome, entry.Code = evidence.Refused, "failed"
		if over, damaged := entry.Over(err); damaged {
			entry = over
		}
		if errors.Is(err, errNotProved) {
			entry.Code = "unauthenticated"
		}
		if refusal, ok := errors.AsType[*verification.Refusal](err); ok {
			entry.Code = string(refusal.Code)
		}
	}
	p.Evidence.Tell(entry)
}

// cameUpon notes that a follower has come upon something that is not as it was written, which stops all but that of the evidence.
func (p *Parts) cameUpon(follower string, err error) {
	entry := evidence.Entry{
		At: p.Now(), Roles: verification.System().Roles, Operation: access.Operation("gateway " + follower), Shows: access.ShowsHouse,
	}
	if over, damaged := entry.Over(err); damaged {
		p.Evidence.Tell(over)
	}
}

// looked is acted for what the console does alone.
func (p *Parts) looked(what string, err error) {
	p.acted(act{by: verification.System(), what: what, looked: true}, err)
}

// kinds are the acts of administration on keys, people, calendars and evidence.
func kinds() []string {
	return []string{
		"create", "issue", "rotate", "signer", "certificate", "tls", "revoke", "disable", "partner", "list", "propose-identity",
		"confirm-identity", "propose-grant", "confirm-grant", "end-grant", "remove-identity", "reset-factor", "sign-out", "decree",
		admin.EvidenceLook, admin.EvidenceReserve, admin.EvidenceBegin, admin.RootStatus, admin.RootPrepare, admin.RootRotate, admin.RootRetire, admin.GroupReplace, admin.GroupList, admin.GroupRefile, admin.ReceiptRotate, admin.LedgerList, admin.LedgerRotate, admin.EvidenceBundle,
		admin.BackupTaken, admin.BackupEnded, admin.ErasureNoted,
	}
}
