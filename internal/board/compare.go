package board

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Digest is the same for two stores that hold the same rows at the same sequences, in whatever order they came.
func Digest(ctx context.Context, s Store) (string, error) {
	var sum [sha256.Size]byte
	err := s.Dump(ctx, func(held Stored) error {
		one := sha256.Sum256(fmt.Appendf(nil, "%s %d %s %d", held.ID, held.Sequence, held.Rows.Digest(), len(held.Lost)))
		for i := range sum {
			sum[i] ^= one[i]
		}
		return nil
	})
	return hex.EncodeToString(sum[:]), err
}
