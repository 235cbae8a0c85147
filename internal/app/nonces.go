package app

import (
	"context"
	"time"

	"verigate/internal/httpapi"
	"verigate/internal/jet"
	"verigate/internal/seal"
	"verigate/internal/signature"
	"verigate/internal/verification"
)

// nonceStays is how long a used nonce is remembered: as long as its signature could still be good, and a minute for the
// difference of clocks between gateways and servers.
const nonceStays = signature.MaxLife + signature.Ahead + time.Minute

// nonces are httpapi's over the store, under names that tell nothing.
type nonces struct {
	store *jet.Nonces
	names *seal.Names
}

func (p *Parts) nonces() httpapi.Nonces {
	return nonces{store: p.Conn.Nonces(nonceStays), names: p.Names}
}

// Spend implements httpapi.Nonces.
func (n nonces) Spend(ctx context.Context, key verification.KeyID, nonce string) (bool, error) {
	return n.store.Spend(ctx, n.names.Blind("nonce", string(key)+"\x00"+nonce))
}
