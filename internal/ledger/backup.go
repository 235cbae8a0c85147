package ledger

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// backups is the first line of the note of a manifest.
func backups(record string) string { return Origin(record, "backup") }

// SignBackup makes the note of a backup's manifest, lines of text, signed as bundles are.
func (k Key) SignBackup(record string, manifest []byte) ([]byte, error) {
	by, err := k.signer(signsBundles(record))
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: backups(record) + "\n" + string(manifest)}, by)
}

// OpenBackup gives the manifest that a key of a set, also a retired one, has signed for a record. ErrUnknownSigner,
// ErrForged and ErrMalformed come without one.
func (s KeySet) OpenBackup(record string, signed []byte) ([]byte, error) {
	public, err := s.Public(record, nil)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, key := range public {
		lines = append(lines, key.Lines...)
	}
	known, err := ParseTrust(strings.Join(lines, "\n"))
	if err != nil {
		return nil, err
	}
	opened, err := known.open(signed)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	manifest, ok := strings.CutPrefix(opened.Text, backups(record)+"\n")
	if !ok || opened.Sigs[0].Name != signsBundles(record) {
		return nil, fmt.Errorf("manifest: %w: it does not begin with %s", ErrMalformed, backups(record))
	}
	return []byte(manifest), nil
}
