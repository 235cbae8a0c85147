package transit

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"verigate/internal/outbound"
	"verigate/internal/record"
	"verigate/internal/seal"
)

// How often a call is made, and for how long it waits before each further try. Each is bounded by its client too.
const (
	tries = 3
	pause = 200 * time.Millisecond
	// Within bounds one try.
	Within = 3 * time.Second
)

// Largest is more than any answer that is read, in bytes.
const Largest = 64 << 10

// caller makes calls with a token.
type caller struct {
	namespace string
	token     func() (string, error)
	http      *http.Client
}

// errAgain marks what may be gone at the next try.
var errAgain = errors.New("it may pass")

// ask makes a call and reads the data of its answer. Each error but record.ErrTampered is one with record.ErrUnavailable.
func (c caller) ask(ctx context.Context, method, url string, body, data any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := c.once(ctx, method, url, content, data)
		if err == nil || errors.Is(err, record.ErrTampered) {
			return err
		}
		if !errors.Is(err, errAgain) || try == tries || rest(ctx, pause<<(try-1)) != nil {
			return fmt.Errorf("%w (%w)", err, record.ErrUnavailable)
		}
	}
}

func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c caller) once(ctx context.Context, method, url string, content []byte, data any) error {
	ctx, cancel := context.WithTimeout(ctx, Within)
	defer cancel()
	token, err := c.token()
	if err != nil {
		return fmt.Errorf("token for transit: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(content))
	if err != nil {
		return err
	}
	r.Header.Set("X-Vault-Token", token)
	r.Header.Set("X-Vault-Request", "true") // agents want it: no page can send it
	if c.namespace != "" {
		r.Header.Set("X-Vault-Namespace", c.namespace)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(r)
	if err != nil {
		return unreached(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body) // the client bounds it
	if err != nil {
		return unreached(err)
	}
	if response.StatusCode != http.StatusOK {
		return refused(response.StatusCode, answer)
	}
	var in struct {
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(answer, &in) != nil || len(in.Data) == 0 || json.Unmarshal(in.Data, data) != nil {
		return fmt.Errorf("%w: no JSON of the API", ErrNonsense)
	}
	return nil
}

// unreached says why there is no answer. An error of the client names the address, and nothing that was sent.
func unreached(err error) error {
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Errorf("the transit endpoint shows a certificate that is not believed: %w: see to ca_file and the name in address", bad.Err)
	}
	if errors.Is(err, outbound.ErrRedirect) {
		return fmt.Errorf("the transit endpoint stands by, or is another: %w: name the active one, or what balances", outbound.ErrRedirect)
	}
	for _, certain := range []error{outbound.ErrHost, outbound.ErrAddress, outbound.ErrTooLarge} {
		if errors.Is(err, certain) {
			return fmt.Errorf("the transit endpoint: %w", certain)
		}
	}
	return fmt.Errorf("the transit endpoint does not answer: %w: %w", err, errAgain)
}

// refused tells an answer that is not 200 by its status, and by the few texts of the engine that say something of the
// ciphertext (sdk/helper/keysutil, seen with Vault 1.21.1 and 1.21.4).
func refused(status int, answer []byte) error {
	var said struct {
		Errors []string `json:"errors"`
	}
	_ = json.Unmarshal(answer, &said) // another program's page says nothing
	has := func(texts ...string) bool {
		return slices.ContainsFunc(said.Errors, func(e string) bool {
			return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(e, text) })
		})
	}
	switch {
	case status == http.StatusBadRequest && has("message authentication failed", "invalid ciphertext"):
		return record.ErrTampered
	case status == http.StatusBadRequest && has("too old"):
		return fmt.Errorf("the version is %w: it is below min_decryption_version", seal.ErrUnknownRoot)
	case status == http.StatusBadRequest && has("encryption key not found"), status == http.StatusNotFound, status == http.StatusNoContent:
		return errors.New("the transit endpoint has no such mount or key")
	case status == http.StatusForbidden:
		return errors.New("the transit endpoint refuses the token (403): renew it, or let it encrypt, decrypt and read the key")
	case status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		return fmt.Errorf("the transit endpoint answers %d: sealed, standing by or broken: %w", status, errAgain)
	}
	return fmt.Errorf("%w: status %d", ErrNonsense, status)
}
