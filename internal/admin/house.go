package admin

import (
	"verigate/internal/month"
	"verigate/internal/seal"
)

// The acts on keys of the house.
const (
	RootStatus    = "root-status"
	RootPrepare   = "root-prepare"
	RootRotate    = "root-rotate"
	RootRetire    = "root-retire"
	GroupReplace  = "group-replace"
	GroupList     = "group-list"
	GroupRefile   = "group-refile"
	ReceiptRotate = "receipt-rotate"
	LedgerList    = "ledger-list"
	LedgerRotate  = "ledger-rotate"
)

// RootRequest is an act on a key of the house: the root, what is under it, the one that signs receipts.
type RootRequest struct {
	Act   string     `json:"act"`
	Group string     `json:"group,omitempty"` // of GroupReplace: group.2026-11
	By    Credential `json:"by"`
}

// RootResult is what is under which root key after it, and what was done, in words.
type RootResult struct {
	seal.RootStatus
	Did    string        `json:"did,omitempty"`
	Months []month.Month `json:"months,omitempty"` // of GroupList
}

// LedgerKeysRequest asks for the keys of the ledger.
type LedgerKeysRequest struct {
	Rotate bool       `json:"rotate,omitempty"` // a new one is made before
	By     Credential `json:"by"`
}
