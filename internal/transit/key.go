package transit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"verigate/internal/record"
	"verigate/internal/seal"
)

// ErrNonsense says that an answer is none of the API's. It is one with record.ErrUnavailable: what is in the store is
// as good as before.
var ErrNonsense = errors.New("the transit endpoint answers what makes no sense")

// Settings say where a key is.
type Settings struct {
	Address   string // https://vault.example:8200, without a path
	Mount     string // of the engine, such as transit
	Key       string
	Namespace string // empty: none
	// Token is asked before each call, so that one that is renewed counts at once.
	Token func() (string, error)
	HTTP  *http.Client // of package outbound: it follows no redirect and bounds an answer in size and time
}

// Key is seal.RootKey. It is safe for concurrent use.
type Key struct {
	caller caller
	base   string // https://vault.example:8200/v1/transit
	key    string
	prefix string // of the names of its versions: transit.<mount>/<key>.v
}

var _ seal.RootKey = (*Key)(nil)

// name is one step of a path: what needs no escaping and is no step up.
var name = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)

// New names what cannot be a mount or a key. It calls nobody.
func New(s Settings) (*Key, error) {
	if !name.MatchString(s.Mount) || !name.MatchString(s.Key) {
		return nil, errors.New("mount and key of the transit engine are names of letters, digits and _ . -")
	}
	return &Key{
		caller: caller{namespace: s.Namespace, token: s.Token, http: s.HTTP},
		base:   strings.TrimSuffix(s.Address, "/") + "/v1/" + s.Mount, key: s.Key,
		prefix: fmt.Sprintf("transit.%s/%s.v", s.Mount, s.Key),
	}, nil
}

// Has implements seal.RootKey.
func (k *Key) Has(version string) bool { return strings.HasPrefix(version, k.prefix) }

// binding are the kinds of key that authenticate associated data.
func binding() []string { return []string{"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305"} }

// Newest implements seal.RootKey.
func (k *Key) Newest(ctx context.Context) (string, error) {
	var data struct {
		Type   string `json:"type"`
		Latest int    `json:"latest_version"`
	}
	err := k.caller.ask(ctx, http.MethodGet, k.base+"/keys/"+k.key, nil, &data)
	switch {
	case err != nil:
		return "", fmt.Errorf("look at the root key in transit: %w", err)
	case data.Latest < 1:
		return "", fmt.Errorf("look at the root key in transit: %w: no version (%w)", ErrNonsense, record.ErrUnavailable)
	case !slices.Contains(binding(), data.Type):
		return "", fmt.Errorf("the root key in transit is of a type that binds no associated data: make one of type aes256-gcm96 (%w)", record.ErrUnavailable)
	}
	return k.prefix + strconv.Itoa(data.Latest), nil
}

// ciphertext is how the engine writes one, with the version of the key in it.
var ciphertext = regexp.MustCompile(`^vault:v([1-9][0-9]{0,8}):[A-Za-z0-9+/]+=*$`)

// Wrap implements seal.RootKey. It opens what it was given before it trusts it: what is stored and does not open is lost.
func (k *Key) Wrap(ctx context.Context, plain, aad []byte) (string, []byte, error) {
	var data struct {
		Ciphertext string `json:"ciphertext"`
	}
	body := map[string]string{"plaintext": base64.StdEncoding.EncodeToString(plain), "associated_data": base64.StdEncoding.EncodeToString(aad)}
	if err := k.caller.ask(ctx, http.MethodPost, k.base+"/encrypt/"+k.key, body, &data); err != nil {
		return "", nil, fmt.Errorf("wrap under the root key in transit: %w", err)
	}
	m := ciphertext.FindStringSubmatch(data.Ciphertext)
	if m == nil {
		return "", nil, fmt.Errorf("wrap under the root key in transit: %w: no ciphertext (%w)", ErrNonsense, record.ErrUnavailable)
	}
	version := k.prefix + m[1]
	again, err := k.Unwrap(ctx, version, []byte(data.Ciphertext), aad)
	if err == nil && !slices.Equal(again, plain) || errors.Is(err, record.ErrTampered) {
		return "", nil, fmt.Errorf("wrap under the root key in transit: %w: what it wrapped does not open (%w)", ErrNonsense, record.ErrUnavailable)
	}
	if err != nil {
		return "", nil, err
	}
	return version, []byte(data.Ciphertext), nil
}

// Unwrap implements seal.RootKey. A version that the engine does not open any more (min_decryption_version) is
// seal.ErrUnknownRoot.
func (k *Key) Unwrap(ctx context.Context, version string, wrapped, aad []byte) ([]byte, error) {
	m := ciphertext.FindSubmatch(wrapped)
	if m == nil || k.prefix+string(m[1]) != version {
		return nil, fmt.Errorf("unwrap under %s: %w", version, record.ErrTampered)
	}
	var data struct {
		Plaintext *string `json:"plaintext"`
	}
	body := map[string]string{"ciphertext": string(wrapped), "associated_data": base64.StdEncoding.EncodeToString(aad)}
	if err := k.caller.ask(ctx, http.MethodPost, k.base+"/decrypt/"+k.key, body, &data); err != nil {
		return nil, fmt.Errorf("unwrap under %s: %w", version, err)
	}
	if data.Plaintext == nil {
		return nil, fmt.Errorf("unwrap under %s: %w: no plaintext (%w)", version, ErrNonsense, record.ErrUnavailable)
	}
	plain, err := base64.StdEncoding.DecodeString(*data.Plaintext)
	if err != nil {
		return nil, fmt.Errorf("unwrap under %s: %w: no base64 (%w)", version, ErrNonsense, record.ErrUnavailable)
	}
	return plain, nil
}
