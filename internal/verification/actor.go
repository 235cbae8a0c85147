package verification

import (
	"slices"
	"time"
)

// Role is what a principal was granted. REVIEWER is no grant: it is a desk person who is neither the editor of the
// package nor an author of an answer in it, and that depends on the request.
type Role string

// The roles of lifecycle.md.
const (
	RolePartner    Role = "PARTNER"
	RoleSystem     Role = "SYSTEM"
	RoleDesk       Role = "DESK"
	RoleLead       Role = "LEAD"
	RoleUnit       Role = "UNIT"
	RoleUnitLead   Role = "UNIT_LEAD"
	RoleSupervisor Role = "SUPERVISOR"
	RoleKeeper     Role = "KEEPER"
	RoleAuditor    Role = "AUDITOR"
	RoleOperator   Role = "OPERATOR"
	RoleScreen     Role = "SCREEN" // a screen on a wall, which is nobody and acts on nothing
)

// Actor is who gives a command, as the record keeps it: the event is the evidence of its command.
type Actor struct {
	Person  PersonID      `json:"person,omitempty"`
	Roles   []Role        `json:"roles,omitempty"`
	Partner PartnerCode   `json:"partner,omitempty"`
	Unit    UnitCode      `json:"unit,omitempty"`
	Key     KeyID         `json:"key,omitempty"`
	Keeps   []Compartment `json:"keeps,omitempty"` // compartments whose keeper the person is, on the day of the command
}

// System is the gateway itself: rules that route, clocks that run out.
func System() Actor { return Actor{Roles: []Role{RoleSystem}} }

// Has says whether the actor was granted the role.
func (a Actor) Has(role Role) bool { return slices.Contains(a.Roles, role) }

// KeepsCompartment says whether the actor is a keeper of the compartment. Nobody keeps the empty one.
func (a Actor) KeepsCompartment(c Compartment) bool {
	return c != "" && a.Has(RoleKeeper) && slices.Contains(a.Keeps, c)
}

// Stamp says when, by whom and under which command something was decided.
type Stamp struct {
	At      time.Time `json:"at"`               // max(now, time of the aggregate's last decision), UTC
	By      Actor     `json:"by"`               //
	Command CommandID `json:"command"`          // found again when the same command is repeated
	Digest  string    `json:"digest,omitempty"` // SHA-256 of the command's canonical body: the same key with another body is told apart
}

// Decision is everything that one command brought about: the unit of the record and of every fold.
type Decision struct {
	Stamp
	Events []Event `json:"-"`
	// Kept is, in a decision that erases, each earlier decision without its content (Bare), oldest first; else nil.
	Kept []Decision `json:"-"`
}
