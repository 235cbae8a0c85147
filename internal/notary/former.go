package notary

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
)

// Begin signs the empty head of a log, which says that there is to be one: of a stream that is begun again, before it is.
// Said once more it changes nothing; ErrConflict when the log has gone on from there.
func (n *Notary) Begin(ctx context.Context, log string) error {
	root, err := tlog.TreeHash(0, tlog.HashReaderFunc(nil))
	if err != nil {
		return fmt.Errorf("root of nothing: %w", err)
	}
	note, err := n.parts.Keys().Current().Sign(ledger.Checkpoint{Origin: ledger.Origin(n.parts.Record, log), Root: root})
	if err != nil {
		return err
	}
	return n.parts.Book.Add(ctx, log, note, 0)
}

// Lost says of each former log what was in it, by the last checkpoint that LEDGER has.
func (n *Notary) Lost(ctx context.Context) ([]string, error) {
	trusted, err := n.parts.trusted()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, log := range n.parts.Former {
		note, _, err := n.parts.Book.Latest(ctx, log)
		if err != nil {
			return nil, err
		}
		c, err := ledger.OpenCheckpoint(note, trusted)
		switch {
		case errors.Is(err, ledger.ErrUnknownSigner):
			all = append(all, fmt.Sprintf("%s was lost and begun again; a key that is not known here signed that it had %d messages", c.Origin, c.Size))
		case err != nil:
			all = append(all, fmt.Sprintf("%s was lost and begun again; its last checkpoint cannot be believed: %v", log, err))
		default:
			all = append(all, fmt.Sprintf("%s was lost and begun again; it had %d messages when that was last signed", c.Origin, c.Size))
		}
	}
	return all, nil
}
