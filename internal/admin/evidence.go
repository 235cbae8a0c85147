package admin

// BundleRequest asks for a bundle of one request.
type BundleRequest struct {
	Request string `json:"request"`
	Since   []byte `json:"since,omitempty"`   // the file of an earlier bundle or checkpoint
	Receipt string `json:"receipt,omitempty"` // of the request, whose head of the ledger the bundle is to show

	By Credential `json:"by"`
}

// The acts on the room of evidence.
const (
	EvidenceLook    = "room"
	EvidenceReserve = "open-reserve"
	EvidenceBegin   = "begin-again"
	EvidenceBundle  = "bundle"
)

// EvidenceRequest is an act on the room of evidence.
type EvidenceRequest struct {
	Act string     `json:"act"`
	By  Credential `json:"by"`
}

// EvidenceRoom is how much evidence there is, and how much there may be; in bytes.
type EvidenceRoom struct {
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	Limit    uint64 `json:"limit"`
}
