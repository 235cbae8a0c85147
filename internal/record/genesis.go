package record

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The reasons to refuse a record at start.
var (
	// ErrOtherIDKey says that the record's ids were derived with another
	// id.key: every repeat of a key would make a second request.
	ErrOtherIDKey = errors.New("the record was begun with another id.key")
	// ErrDemonstration says that the record holds a demonstration and is to
	// be opened as a real one.
	ErrDemonstration = errors.New("the record is a demonstration")
	// ErrNotDemonstration says that a real record is to be opened as a
	// demonstration, which would put its people and keys into it.
	ErrNotDemonstration = errors.New("the record is not a demonstration")
	// ErrNoGenesis says that the record has messages and no first one.
	ErrNoGenesis = errors.New("the record does not begin with its first message")
)

// Genesis is the first message of a record: what it is, for good.
//
// It is stored in clear. It has no content, and it is read before any key is
// trusted: with the wrong keys in place, the refusal must still be able to
// say why.
type Genesis struct {
	Demonstration    bool      `json:"demonstration"`
	IDKeyFingerprint string    `json:"id_key_fingerprint"`
	CreatedAt        time.Time `json:"created_at"`
}

const genesisKind = "genesis.v1"

func genesisSubject() Subject { return Subject{Kind: KindGenesis, ID: "gateway"} }

// EnsureGenesis reads the record's first message, or writes want when the
// record is empty, and refuses a record that does not fit want. CreatedAt is
// the record's own. When two gateways begin one record, one of them does.
func EnsureGenesis(ctx context.Context, j Journal, want Genesis) (Genesis, error) {
	have, err := readGenesis(ctx, j)
	if errors.Is(err, ErrNotFound) {
		if err := begin(ctx, j, want); err != nil && !errors.Is(err, ErrConflict) {
			return Genesis{}, fmt.Errorf("begin the record: %w", err)
		}
		if have, err = readGenesis(ctx, j); errors.Is(err, ErrNotFound) {
			err = ErrNoGenesis
		}
	}
	if err != nil {
		return Genesis{}, fmt.Errorf("first message of the record: %w", err)
	}
	return have, have.fits(want)
}

func (g Genesis) fits(want Genesis) error {
	switch {
	case g.IDKeyFingerprint != want.IDKeyFingerprint:
		return ErrOtherIDKey
	case g.Demonstration && !want.Demonstration:
		return ErrDemonstration
	case !g.Demonstration && want.Demonstration:
		return ErrNotDemonstration
	default:
		return nil
	}
}

func readGenesis(ctx context.Context, j Journal) (Genesis, error) {
	all, err := j.Read(ctx, genesisSubject())
	if err != nil {
		return Genesis{}, err
	}
	return DecodeGenesis(all[0])
}

// DecodeGenesis reads the first message of a record.
func DecodeGenesis(m Sealed) (Genesis, error) {
	if m.Place != (Place{Sequence: 1}) {
		return Genesis{}, At(m.Place, ErrNoGenesis)
	}
	if m.Subject != genesisSubject() || m.Wire != wireForm || len(m.Kinds) != 1 || m.Kinds[0] != genesisKind {
		return Genesis{}, At(m.Place, fmt.Errorf("first message: %w", ErrUnreadable))
	}
	var g Genesis
	if err := unmarshal(m.Data, &g); err != nil {
		return Genesis{}, At(m.Place, err)
	}
	return g, nil
}

// begin writes the first message of an empty record. ErrConflict when there is a message meanwhile.
func begin(ctx context.Context, j Journal, g Genesis) error {
	last, err := j.Last(ctx)
	if err != nil {
		return err
	}
	if last != (Position{}) {
		return ErrConflict
	}
	data, err := marshal(g)
	if err != nil {
		return err
	}
	header := Header{Command: "genesis", Kinds: []string{genesisKind}, Wire: wireForm}
	_, err = j.Append(ctx, Sealed{Subject: genesisSubject(), Header: header, Data: data}, 0)
	return err
}
