package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// Outcome is how a call ended. The words are on the wire.
type Outcome string

// The outcomes. A call may have two entries, one that was served and then, by its reader's last second or a store that did not
// answer in time, one that was refused: then nothing was shown.
const (
	Served    Outcome = "served"
	Refused   Outcome = "refused"   // Code says why
	Unwritten Outcome = "unwritten" // Count entries between At and Until could not be written; Code says why
	// Damaged is of no entry and never written: so whoever lists entries calls a Flaw.
	Damaged Outcome = "damaged"
)

// Entry is what happened in one call. What is not known is empty. No field holds anything that was typed.
type Entry struct {
	At        time.Time                  `json:"at"`
	Person    verification.PersonID      `json:"who,omitempty"` // the principal, person or program; empty: nobody was recognised, or the console
	Roles     []verification.Role        `json:"roles,omitempty"`
	Partner   verification.PartnerCode   `json:"partner,omitempty"`
	Unit      verification.UnitCode      `json:"unit,omitempty"`
	Key       verification.KeyID         `json:"key,omitempty"`     // of the credential
	Session   string                     `json:"session,omitempty"` // the name by which its person sees it
	Operation access.Operation           `json:"op"`                // of the contract, "admin list", or "gateway board": what a follower does
	Shows     access.Shows               `json:"shows,omitempty"`
	Requests  []verification.RequestID   `json:"requests,omitempty"` // all that a page shows
	Task      verification.TaskID        `json:"task,omitempty"`
	Level     marking.Level              `json:"level,omitempty"`        // the highest of Requests
	Inside    []verification.Compartment `json:"compartments,omitempty"` // of Requests
	About     verification.PersonID      `json:"about,omitempty"`        // whom the call was about
	Outcome   Outcome                    `json:"outcome"`
	Code      string                     `json:"code,omitempty"`
	Call      string                     `json:"call,omitempty"`  // the id of the call, as in the log
	From      string                     `json:"from,omitempty"`  // address of the client
	Where     string                     `json:"where,omitempty"` // in the record or its ledger something is not as it was written; see Over
	Until     time.Time                  `json:"until,omitzero"`
	Count     int                        `json:"count,omitempty"`
}

// plainForm is the version of the plain form that is written: a JSON array of entries, after its number.
const plainForm = 1

// Of the sealed form there are at most so many bytes, and so many entries, in one message.
const (
	largest = 256 << 10
	most    = 4096
)

// ErrUnreadable says that a message does not have the form that this program knows, or is not what was sealed.
var ErrUnreadable = errors.New("unreadable in the evidence")

// encode writes one entry.
func encode(e Entry) ([]byte, error) {
	e.At = e.At.UTC().Truncate(time.Millisecond)
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write an entry of evidence: %w", err)
	}
	return plain, nil
}

// join writes the plain form of encoded entries.
func join(entries [][]byte) []byte {
	size := 16
	for _, e := range entries {
		size += len(e) + 1
	}
	out := make([]byte, 0, size)
	out = append(out, `{"v":1,"entries":[`...)
	for i, e := range entries {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, e...)
	}
	return append(out, "]}"...)
}

// Decode reads the plain form. The error tells nothing of what is in it.
func Decode(plain []byte) ([]Entry, error) {
	var in struct {
		V       int     `json:"v"`
		Entries []Entry `json:"entries"`
	}
	if json.Unmarshal(plain, &in) != nil {
		return nil, fmt.Errorf("plain form: %w", ErrUnreadable)
	}
	if in.V != plainForm {
		return nil, fmt.Errorf("plain form %d: %w", in.V, ErrUnreadable)
	}
	return in.Entries, nil
}
