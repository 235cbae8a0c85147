package app

import (
	"context"
	"log/slog"
	"time"
)

// receiptsAnew is what people are told when receipts have another key. The five minutes are what receipt.Verify allows.
const receiptsAnew = "receipts are signed with another key from here on, and checked with the former one too: copy receipt.key to the other gateways within five minutes, which take it while they serve, or stop those until they have it, for what they sign later with the former key is not genuine; and copy it into the backup of the keys"

// receiptsEvery is how often it is looked whether receipt.key was brought from another gateway, where it was rotated.
const receiptsEvery = 3 * time.Second

// watchReceipts takes a rotated receipt.key until ctx ends. Why one cannot be used is said once.
func (p *Parts) watchReceipts(ctx context.Context) error {
	tick := time.NewTicker(receiptsEvery)
	defer tick.Stop()
	refused := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		taken, err := p.Receipts.Look()
		switch {
		case err == nil:
			if refused = ""; taken {
				p.Log.Info("receipts are signed with another key from here on: receipt.key was rotated at another gateway")
			}
		case err.Error() != refused:
			refused = err.Error()
			p.Log.Error("receipt.key cannot be used: receipts are signed with the key of before, and the next start would be refused", slog.Any("error", err))
		}
	}
}
