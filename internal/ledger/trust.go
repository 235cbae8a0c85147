package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Key signs what a ledger says. One key signs under several names: the origins of its logs, and that of bundles.
type Key struct{ private ed25519.PrivateKey }

// NewKey uses an Ed25519 key.
func NewKey(private ed25519.PrivateKey) Key { return Key{private: private} }

// Public is what its signatures are checked with.
func (k Key) Public() ed25519.PublicKey {
	public, _ := k.private.Public().(ed25519.PublicKey)
	return public
}

// signer is the key under a name, as note wants it.
type signer struct {
	note.Verifier
	private ed25519.PrivateKey
}

// Sign implements note.Signer.
func (s signer) Sign(text []byte) ([]byte, error) { return ed25519.Sign(s.private, text), nil }

func (k Key) signer(name string) (note.Signer, error) {
	verifier, err := VerifierKey(name, k.Public())
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return nil, fmt.Errorf("sign as %s: %w", name, err)
	}
	return signer{Verifier: v, private: k.private}, nil
}

// VerifierKey is a public key under a name in the form of signed notes, <name>+<hash>+<key>: a line of a trust file.
func VerifierKey(name string, public ed25519.PublicKey) (string, error) {
	line, err := note.NewEd25519VerifierKey(name, public)
	if err != nil {
		return "", fmt.Errorf("key of %s: %w", name, err)
	}
	return line, nil
}

// Trust is whose signatures are believed. The zero value believes nobody.
type Trust struct {
	lines []string
	known note.Verifiers
}

// ParseTrust reads verifier keys, one a line. Empty lines and those that begin with "#" say nothing.
func ParseTrust(text string) (Trust, error) {
	var t Trust
	var verifiers []note.Verifier
	seen := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || seen[line] {
			continue
		}
		v, err := note.NewVerifier(line)
		if err != nil {
			return Trust{}, fmt.Errorf("trusted keys, line %d: %w: not <name>+<hash>+<key>", i+1, ErrMalformed)
		}
		seen[line] = true
		t.lines, verifiers = append(t.lines, line), append(verifiers, v)
	}
	if len(verifiers) == 0 {
		return Trust{}, fmt.Errorf("trusted keys: %w: there is none", ErrMalformed)
	}
	t.known = note.VerifierList(verifiers...)
	return t, nil
}

// Lines are the verifier keys.
func (t Trust) Lines() []string { return t.lines }

// open reads a signed note. With ErrUnknownSigner the note comes too.
func (t Trust) open(signed []byte) (*note.Note, error) {
	opened, err := note.Open(signed, t.known)
	unverified, nobody := errors.AsType[*note.UnverifiedNoteError](err)
	switch {
	case nobody:
		opened = unverified.Note
	case err != nil:
		if _, forged := errors.AsType[*note.InvalidSignatureError](err); forged {
			return nil, fmt.Errorf("%w: %w", ErrForged, err)
		}
		return nil, fmt.Errorf("signed note: %w", ErrMalformed)
	}
	if !exact(opened) {
		return nil, fmt.Errorf("signed note: %w: a signature is not in its one form", ErrMalformed)
	}
	if nobody {
		return opened, fmt.Errorf("%w: %s", ErrUnknownSigner, signers(opened.UnverifiedSigs))
	}
	return opened, nil
}

// exact says whether no signature says anything in bits that are not looked at.
func exact(n *note.Note) bool {
	for _, sigs := range [][]note.Signature{n.Sigs, n.UnverifiedSigs} {
		for _, s := range sigs {
			if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
				return false
			}
		}
	}
	return true
}

func signers(sigs []note.Signature) string {
	names := make([]string, len(sigs))
	for i, s := range sigs {
		names[i] = fmt.Sprintf("%s+%08x", s.Name, s.Hash)
	}
	return strings.Join(names, ", ")
}

// TrustOf are the verifier keys of some public keys.
func TrustOf(keys []PublicKey) (Trust, error) {
	var lines []string
	for _, k := range keys {
		lines = append(lines, k.Lines...)
	}
	return ParseTrust(strings.Join(lines, "\n"))
}

// TrustFile is the verifier keys of some public keys as ParseTrust reads them, with the times of each.
func TrustFile(keys []PublicKey) []byte {
	var out bytes.Buffer
	for _, k := range keys {
		since := k.Created.UTC().Format(time.RFC3339)
		if k.Retired.IsZero() {
			fmt.Fprintf(&out, "# signs since %s\n", since)
		} else {
			fmt.Fprintf(&out, "# signed from %s to %s\n", since, k.Retired.UTC().Format(time.RFC3339))
		}
		for _, line := range k.Lines {
			fmt.Fprintln(&out, line)
		}
	}
	return out.Bytes()
}
