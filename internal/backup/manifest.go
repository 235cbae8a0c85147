package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// What a backup may be given up or refused for. Each comes with the name of what it is about.
var (
	// ErrCutOff says that a backup has no manifest, or that a file ends early.
	ErrCutOff = errors.New("cut off")
	// ErrDamaged says that a file is not the one of the manifest.
	ErrDamaged = errors.New("not what the manifest says: damaged, or of another backup")
	// ErrSwapped says that a file has the content of another one.
	ErrSwapped = errors.New("has the content of another file of this backup: swapped")
	// ErrForged says that nobody whom this record knows has signed the manifest.
	ErrForged = errors.New("the manifest is not signed by the ledger of its record")
	// ErrWrongKey says that a key does not open a file.
	ErrWrongKey = errors.New("is not opened by the key of the keyring: that is the key of another backup")
	// ErrNoKeyring says that the directory of the keyring is not there: its disk is not mounted, or no backup was taken yet.
	ErrNoKeyring = errors.New("there is no keyring: mount its disk, or name the directory that backups are taken with")
	// ErrNoKey says that the keyring lacks a key.
	ErrNoKey = errors.New("the keyring does not have the key")
	// ErrOver says that the time of a KEYS is over: it must not come back.
	ErrOver = errors.New("the time of this backup of KEYS is over")
	// ErrErasedMeanwhile says that a backup is none: its copies of the record and of KEYS do not fit together.
	ErrErasedMeanwhile = errors.New("keys were destroyed between the copy of the record and that of KEYS, so that they do not fit together")
	// ErrDestroyed says that its key was destroyed.
	ErrDestroyed = errors.New("the key of this backup of KEYS was destroyed")
)

// form is the version of the manifest.
const form = 1

const (
	manifestFile = "manifest"
	houseFile    = "house.age"
	sealed       = ".age"
	unfinished   = ".unfinished"
	// KEYS is the stream that has a key of its own.
	KEYS = "KEYS"
)

// Extent says which messages of a stream are in a file.
type Extent struct {
	First    uint64 `json:"first_seq"` // 0: none
	Last     uint64 `json:"last_seq"`
	Messages uint64 `json:"messages"`
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"`
	Stream string `json:"stream,omitempty"` // empty: the keys of the house
	Extent
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the encrypted bytes, in hexadecimal
}

// Manifest says what a backup is. It tells of nobody.
type Manifest struct {
	Form    int       `json:"form"`
	ID      string    `json:"id"`
	Record  string    `json:"record"` // fingerprint of its id.key
	Began   time.Time `json:"began_at"`
	Ended   time.Time `json:"ended_at"`
	KeysEnd time.Time `json:"keys_end_at"` // from then on its KEYS must not be opened
	Files   []File    `json:"files"`       // in the order in which they were written
}

// named is what an id looks like: it is part of names of files.
var named = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z-[a-z2-7]{8}$`)

func (m Manifest) encode() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", " ")
	return append(text, '\n'), err
}

// parse reads the text of a manifest, which nobody vouches for yet.
func parse(text []byte) (m Manifest, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return m, fmt.Errorf("%w: it is no manifest", ErrForged)
	}
	if m.Form != form || !named.MatchString(m.ID) {
		return m, fmt.Errorf("%w: a manifest of another form", ErrForged)
	}
	for _, f := range m.Files {
		if f.Name != filepath.Base(f.Name) || f.Name != houseFile && f.Name != f.Stream+sealed {
			return m, fmt.Errorf("%w: a file of a strange name", ErrForged)
		}
	}
	return m, nil
}

// file finds one by its stream; the empty one is that of the keys of the house.
func (m Manifest) file(stream string) (File, error) {
	for _, f := range m.Files {
		if f.Stream == stream {
			return f, nil
		}
	}
	return File{}, fmt.Errorf("%s%s: %w: the manifest does not name it", stream, sealed, ErrCutOff)
}
