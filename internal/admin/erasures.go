package admin

import (
	"cmp"
	"errors"
	"time"

	"verigate/internal/follow"
)

// Erased is one request that the record says is erased, or a month that it ends.
type Erased struct {
	follow.Gone // of what went with its months, their keys in place of its own
	// With are the ended months under whose keys all of a request's keys were: whatever is left of these anywhere opens nothing.
	With []string `json:"with,omitempty"`
	// Here is when the last of its keys was destroyed in KEYS, by the store's clock; zero: one is still there, or KEYS has
	// no tombstone of it, as after a restore.
	Here time.Time `json:"here,omitzero"`
	// Searched is when no disk of any node had one of them any more; zero: it is under way.
	Searched time.Time `json:"searched,omitzero"`
	// Nodes are those that were searched.
	Nodes []string `json:"nodes,omitempty"`
	// Backups is until when a backup of KEYS from before may be opened; zero: none is known.
	Backups time.Time `json:"backups,omitzero"`
	// Out says that this time is over, by the gateway's clock; of an erasure that is under way it says nothing.
	Out bool `json:"out"`
}

// Called is the id of a request, or "month" and which.
func (e Erased) Called() string { return cmp.Or(e.Request, e.Name()) }

// SearchReport is what a search of one node found: nothing.
type SearchReport struct {
	Form  int       `json:"form"`
	Node  string    `json:"node"`
	At    time.Time `json:"searched_at"` // when it was begun, by the node's clock
	Files int       `json:"files"`
	Bytes int64     `json:"bytes"`
	Keys  []string  `json:"keys"` // of which each had its tombstone there, and nothing else
}

// ReportForm is the version of a report.
const ReportForm = 1

// NoteRequest hands in the reports of all nodes.
type NoteRequest struct {
	By      Credential     `json:"by"`
	Reports []SearchReport `json:"reports"`
}

// Noted are the erasures that are done by them.
type Noted struct {
	Nodes   []string          `json:"nodes"`
	Done    []string          `json:"done"`              // ids of requests, and months as "month 2026-11"
	Lacking map[string]string `json:"lacking,omitempty"` // why another one is under way still
}

// The ways in which reports do not say that something is erased.
var (
	ErrNodeMissing = errors.New("no report of this node, which has the keys: search it (verigate erasure scan --node NAME --report FILE), its name as nats-server has it")
	ErrNoneNoted   = errors.New("of no erasure do these reports say that it is done")
)
