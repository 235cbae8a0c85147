package receipt_test

import (
	"errors"
	"testing"
	"time"

	"verigate/internal/receipt"
)

// head is a checkpoint as a ledger signs it; what it says is nothing to a receipt.
const head = "verigate/0f1e2d3c4b5a6978/RECORD_0\n17\nIzfbSr9nWsi8LPMz4mNlIVNXA+dNd2jhSDlbYfGDvvM=\n\n\u2014 verigate/0f1e2d3c4b5a6978/RECORD_0 AAAAAA==\n"

func TestACommitmentIsTheSameForEver(t *testing.T) {
	t.Parallel()
	const want = "a0b3b771466c4f3702d91d1281c5d4a01545c7d5b306a3809e846a1ffaff6296"
	if got := claims().After([]byte(head)).LedgerCommitment; got != want {
		t.Errorf("got %s", got)
	}
}

func TestAReceiptCommitsToOneHead(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	got, err := receipt.Verify(keys.JWKS(), must(keys.Sign(claims().After([]byte(head))))(t))
	if err != nil {
		t.Fatal(err)
	}
	if !got.MadeAfter([]byte(head)) || got.MadeAfter([]byte(head+" ")) || got.MadeAfter(nil) {
		t.Error("it is not known from another")
	}
	if claims().MadeAfter(nil) || claims().MadeAfter([]byte(head)) {
		t.Error("a receipt without a commitment was made after something")
	}
}

// Whoever compares receipts must not see that no checkpoint lies between two of them.
func TestNoTwoReceiptsShowTheSameCommitment(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, change := range map[string]func(*receipt.Claims){
		"this one":       func(*receipt.Claims) {},
		"of another":     func(c *receipt.Claims) { c.ID = "0123456789abcdefghjkmnpqrt" },
		"a later round":  func(c *receipt.Claims) { c.ReceivedAt = c.ReceivedAt.Add(time.Nanosecond) },
		"another's body": func(c *receipt.Claims) { c.BodySHA256 = "f" + c.BodySHA256[1:] },
	} {
		c := claims()
		change(&c)
		commitment := c.After([]byte(head)).LedgerCommitment
		if other, met := seen[commitment]; met {
			t.Errorf("%s and %s show the same", name, other)
		}
		seen[commitment] = name
	}
}

func TestACommitmentThatIsNoneIsNotSigned(t *testing.T) {
	t.Parallel()
	c := claims()
	c.LedgerCommitment = "size 17"
	if _, err := openKeys(t, t.TempDir(), at(start)).Sign(c); !errors.Is(err, receipt.ErrIncomplete) {
		t.Errorf("got %v", err)
	}
}
