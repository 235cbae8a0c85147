package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// bundleForm is the version of bundles that are written.
const bundleForm = "verigate-bundle-1"

// MaxBundle bounds a bundle, in bytes: what is larger is neither made nor read.
const MaxBundle = 256 << 20

// Bundle is what the record holds of one request, with the proofs: sealed bytes, clear headers and ids, no content.
//
// Sealed it is one signed note: this as JSON in one form, an empty line, one signature. So every byte counts, and who
// signed says that these are all messages of the subjects up to the checkpoints, which no proof can say.
type Bundle struct {
	Form    string    `json:"form"`
	Record  string    `json:"record"` // as in the origins of its logs
	Request string    `json:"request"`
	MadeAt  time.Time `json:"made_at"` // by the clock of who signed
	// Keys are the verifier keys under which the notes in here are signed. They prove that nothing was changed since, and
	// not who signed: whoever makes another bundle puts other keys in.
	Keys  []string `json:"keys"`
	Parts []Part   `json:"parts"`
	// ReceiptKeys is the JWK set with which receipts and releases of this record are checked, retired keys too.
	ReceiptKeys json.RawMessage `json:"receipt_keys"`
}

// Part is one subject in one log.
type Part struct {
	Subject    string    `json:"subject"`
	Checkpoint string    `json:"checkpoint"` // the note up to which Messages are all of the subject
	Earlier    []Earlier `json:"earlier"`
	Messages   []Entry   `json:"messages"`
}

// Earlier is a checkpoint of the same log of which Checkpoint is the continuation.
type Earlier struct {
	Checkpoint string    `json:"checkpoint"`
	Witnessed  bool      `json:"witnessed"` // it was given to the witness; otherwise it was asked for
	Proof      TreeProof `json:"proof"`
}

// Entry is a message and the proof that it stands at its sequence.
type Entry struct {
	Leaf  []byte      `json:"leaf"`
	Proof RecordProof `json:"proof"`
}

// RecordProof shows that a tree holds a leaf at its index.
type RecordProof = tlog.RecordProof

// TreeProof shows that a tree goes on from an earlier one.
type TreeProof = tlog.TreeProof

func signsBundles(record string) string { return Origin(record, "bundle") }

// BundleKey is the verifier key of bundles of a record.
func (k Key) BundleKey(record string) (string, error) {
	return VerifierKey(signsBundles(record), k.Public())
}

// Seal makes the file of a bundle.
func (k Key) Seal(b Bundle) ([]byte, error) {
	b.Form = bundleForm
	body, err := b.body()
	if err != nil {
		return nil, err
	}
	signer, err := k.signer(signsBundles(b.Record))
	if err != nil {
		return nil, err
	}
	file, err := note.Sign(&note.Note{Text: string(body)}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign the bundle: %w", err)
	}
	if len(file) > MaxBundle {
		return nil, fmt.Errorf("a bundle of %d MiB is larger than %d MiB", len(file)>>20, MaxBundle>>20)
	}
	return file, nil
}

func (b Bundle) body() ([]byte, error) {
	body, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the bundle: %w", err)
	}
	return append(body, '\n'), nil
}

// errCutOff says that a file has no end.
var errCutOff = errors.New("cut off before its signature")

// ParseBundle reads the file of a bundle and believes nothing of it: whether anything in it fits, Check says. ErrMalformed
// for every file that Seal could not have written.
func ParseBundle(file []byte) (Bundle, error) {
	if len(file) > MaxBundle {
		return Bundle{}, fmt.Errorf("bundle: %w: larger than %d MiB", ErrMalformed, MaxBundle>>20)
	}
	if !bytes.HasSuffix(file, []byte("\n")) || !bytes.Contains(file, []byte("\n\n\u2014 ")) {
		return Bundle{}, fmt.Errorf("bundle: %w: %w", ErrMalformed, errCutOff)
	}
	signed, err := Trust{}.open(file)
	if err != nil && !errors.Is(err, ErrUnknownSigner) {
		return Bundle{}, fmt.Errorf("bundle: %w", err)
	}
	if len(signed.UnverifiedSigs) != 1 || string(file) != signed.Text+"\n"+signature(signed.UnverifiedSigs[0]) {
		return Bundle{}, fmt.Errorf("bundle: %w: not signed exactly once", ErrMalformed)
	}
	var b Bundle
	if err := json.Unmarshal([]byte(signed.Text), &b); err != nil {
		return Bundle{}, fmt.Errorf("bundle: %w: no JSON of a bundle", ErrMalformed)
	}
	if b.Form != bundleForm {
		return Bundle{}, fmt.Errorf("bundle: %w: form %q is not known to this release", ErrMalformed, b.Form)
	}
	if body, err := b.body(); err != nil || string(body) != signed.Text {
		return Bundle{}, fmt.Errorf("bundle: %w: not in the one form in which bundles are written", ErrMalformed)
	}
	if by := signed.UnverifiedSigs[0].Name; by != signsBundles(b.Record) {
		return Bundle{}, fmt.Errorf("bundle: %w: signed as %s, and that is not who makes those of record %s", ErrMalformed, by, b.Record)
	}
	return b, nil
}

// signature is the line of a signature in a note.
func signature(s note.Signature) string { return "\u2014 " + s.Name + " " + s.Base64 + "\n" }
