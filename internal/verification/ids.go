package verification

import (
	"fmt"
	"strconv"
	"strings"
)

// RequestID names a request for ever: 26 lower-case Crockford symbols derived from the idempotency key that created it.
type RequestID string

// TaskID names a task: the request's id, a hyphen and the task's number over all rounds, so that the request is found
// from the task without an index. Partners never see one.
type TaskID string

// NewTaskID returns the id of the n-th task of a request, n from 1.
func NewTaskID(r RequestID, n int) TaskID { return TaskID(fmt.Sprintf("%s-%02d", r, n)) }

// Request returns the request that the task belongs to, and false when the id does not have the form of a task's.
func (id TaskID) Request() (RequestID, bool) {
	request, number, found := strings.Cut(string(id), "-")
	if !found || request == "" {
		return "", false
	}
	if n, err := strconv.Atoi(number); err != nil || n < 1 || len(number) < 2 {
		return "", false
	}
	return RequestID(request), true
}

// CommandID names one command for ever. It is a keyed hash of who gave it, on which route and under which
// idempotency key, so that a repeat has the same id.
type CommandID string

// PersonID names a person, not a session, a key or an account: rules of two people compare these.
type PersonID string

// KeyID names the credential under which a command came.
type KeyID string

// PartnerCode names a partner (NG, TH-CUSTOMS, RILO-AP, WCO). Empty means an unknown sender.
type PartnerCode string

// UnitCode names a customs unit: 01 … 61 for the departments until February 2025, KVI … KVXX for the regions since,
// A1K1 … A1S4 for the anti-smuggling department's own.
type UnitCode string

// OfHeadquarters says whether the unit is the anti-smuggling department's own, and so no department of the land.
func (u UnitCode) OfHeadquarters() bool { return strings.HasPrefix(string(u), "A1") }

// DeskUnit is the unit of the coordination desk (Division 1): tasks towards outside agencies are its own (row 4c).
const DeskUnit UnitCode = "A1K1"

// FactID names one fact of an answer. It is opaque: a partner sees it and can tell neither unit nor order from it.
type FactID string

// Compartment names a closed group of readers: drugs, precursor, wildlife-l3, general-l3, or one made for a case.
type Compartment string

// GeneralCompartment takes what is L3 and has no theme with a compartment of its own.
const GeneralCompartment Compartment = "general-l3"
