package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/durable"
	"verigate/internal/ledger"
	"verigate/internal/receipt"
)

// ErrFlawed says that a bundle is not what the record holds, or cannot be shown to be.
var ErrFlawed = errors.New("the bundle does not prove what it says: each reason is above")

// EvidenceBundle makes the file of a bundle, checks it as anybody would, and says what it proves.
func EvidenceBundle(ctx context.Context, e app.Env, c config.EvidenceBundle) error {
	since, err := optional(c.Since)
	if err != nil {
		return err
	}
	token, err := optional(c.Receipt)
	if err != nil {
		return err
	}
	return app.Administer(ctx, e, c.Stores, func(a admin.Service) error {
		file, err := a.Bundle(ctx, admin.BundleRequest{Request: c.Request, Since: since, Receipt: strings.TrimSpace(string(token)), By: e.By})
		if err != nil {
			return err
		}
		path := c.Out
		if path == "" {
			path = c.Request + ".bundle"
		}
		if err := durable.Create(path, file); err != nil {
			return err
		}
		fmt.Fprintf(e.Out, "%s\n", path)
		return tell(e.Out, ledger.Check(file, ledger.Asked{Since: since}))
	})
}

// EvidenceCheck checks a bundle without any server.
func EvidenceCheck(e app.Env, c config.EvidenceCheck) error {
	file, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read the bundle: %w", err)
	}
	var asked ledger.Asked
	if asked.Since, err = optional(c.Since); err != nil {
		return err
	}
	if c.Trust != "" {
		keys, err := os.ReadFile(c.Trust)
		if err != nil {
			return fmt.Errorf("read the trusted keys: %w", err)
		}
		if asked.Trust, err = ledger.ParseTrust(string(keys)); err != nil {
			return fmt.Errorf("%s: %w", c.Trust, err)
		}
	}
	verdict := ledger.Check(file, asked)
	if err := tell(e.Out, verdict); err != nil || c.Receipt == "" {
		return err
	}
	return tellReceipt(e.Out, verdict, c.Receipt)
}

// optional reads a file that need not be named.
func optional(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read a file that was named: %w", err)
	}
	return content, nil
}

// tell prints what a bundle proves, or each thing that is wrong with it.
func tell(out io.Writer, v ledger.Verdict) error {
	for _, f := range v.Flaws {
		fmt.Fprintf(out, "%s: %s\n", f.Code, f.What)
	}
	if len(v.Flaws) > 0 {
		return ErrFlawed
	}
	fmt.Fprintf(out, "request %s, bundle of %s\n", v.Bundle.Request, admin.Moment(v.Bundle.MadeAt))
	for _, l := range v.Logs {
		first, last := l.Span()
		fmt.Fprintf(out, "%s: %d messages, stored from %s to %s, in a log of %d\n",
			l.Checkpoint.Origin, len(l.Messages), admin.Moment(first), admin.Moment(last), l.Checkpoint.Size)
		if late := l.Unwitnessed(); len(late) > 0 {
			fmt.Fprintf(out, "%s: not yet witnessed: %d messages, from sequence %d on\n", l.Checkpoint.Origin, len(late), late[0].Sequence)
		}
	}
	if !v.Trusted {
		fmt.Fprintf(out, "intact, signer unknown: check it with --trust and keys that did not come with the bundle\n")
		return nil
	}
	fmt.Fprintf(out, "intact, signed by %s\n", v.Signed)
	return nil
}

// tellReceipt checks a partner's receipt with the keys that the signer of the bundle vouches for, and after which head of the
// ledger it was made.
func tellReceipt(out io.Writer, v ledger.Verdict, path string) error {
	token, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the receipt: %w", err)
	}
	claims, err := receipt.VerifyOf(v.Bundle.ReceiptKeys, strings.TrimSpace(string(token)), v.Bundle.Request)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "receipt: of this request, received %s, body sha256 %s\n", admin.Moment(claims.ReceivedAt), claims.BodySHA256)
	if claims.LedgerCommitment == "" {
		fmt.Fprintf(out, "receipt: commits to no head of the ledger: none was signed when it was made\n")
		return nil
	}
	for _, l := range v.Logs {
		for _, head := range l.Before {
			if claims.MadeAfter([]byte(head.Note)) {
				return tellAfter(out, l, head)
			}
		}
	}
	return errors.New("unproven: the bundle does not show the head of the ledger that the receipt commits to: make it with --receipt and that file")
}

// tellAfter says what of a request was recorded after the head to which its receipt commits.
func tellAfter(out io.Writer, l ledger.Log, head ledger.Head) error {
	behind := l.Behind(head)
	if len(behind) == 0 {
		return fmt.Errorf("not_logged: the receipt was made after %v, and nothing of the request was recorded after that", head.Checkpoint)
	}
	fmt.Fprintf(out, "receipt: made after %v; %d of the request's %d messages were recorded after that, the first at sequence %d\n",
		head.Checkpoint, len(behind), len(l.Messages), behind[0].Sequence)
	return nil
}

// EvidenceKeys prints the keys with which bundles are checked, as a trust file.
func EvidenceKeys(ctx context.Context, e app.Env, c config.EvidenceKeys) error {
	return app.Administer(ctx, e, c.Stores, func(a admin.Service) error {
		keys, err := a.LedgerKeys(ctx, admin.LedgerKeysRequest{Rotate: c.Rotate, By: e.By})
		if err != nil {
			return err
		}
		_, err = e.Out.Write(ledger.TrustFile(keys))
		return err
	})
}

// EvidenceOf looks after the room of evidence and prints how much there is.
func EvidenceOf(ctx context.Context, e app.Env, s config.Stores, r admin.EvidenceRequest) error {
	r.By = e.By
	return app.Administer(ctx, e, s, func(a admin.Service) error {
		room, err := a.EvidenceRoom(ctx, r)
		if err == nil && r.Act == admin.EvidenceBegin {
			fmt.Fprintln(e.Out, "evidence is begun again: start every gateway anew, so that it keeps the ledger of it")
		}
		if err == nil {
			fmt.Fprintf(e.Out, "evidence of %d messages, %d of %d bytes\n", room.Messages, room.Bytes, room.Limit)
		}
		return err
	})
}
