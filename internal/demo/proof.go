package demo

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"verigate/api/client"
)

// What a partner can prove with a standard library and the published keys. Nothing here is shared with the gateway,
// which would agree with its own mistakes.

const (
	receiptType = "verigate-receipt+jwt"
	releaseType = "verigate-release+jwt"
)

// verify opens a compact JWS of the given typ with one of the published Ed25519 keys.
func verify(keys client.KeySet, token, typ string, claims any) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("no compact JWS")
	}
	var header struct{ Alg, Kid, Typ string }
	if err := unpack(parts[0], &header); err != nil {
		return err
	}
	if header.Alg != "EdDSA" || header.Typ != typ {
		return fmt.Errorf("signed as %s %s, not as EdDSA %s", header.Alg, header.Typ, typ)
	}
	i := slices.IndexFunc(keys.Keys, func(k client.JWK) bool { return k.Kid == header.Kid })
	if i < 0 {
		return fmt.Errorf("key %s is not published", header.Kid)
	}
	key, err := base64.RawURLEncoding.DecodeString(keys.Keys[i].X)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return fmt.Errorf("key %s is no Ed25519 key", header.Kid)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !ed25519.Verify(key, []byte(parts[0]+"."+parts[1]), signature) {
		return errors.New("the signature is wrong")
	}
	return unpack(parts[1], claims)
}

func unpack(part string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return fmt.Errorf("read a JWS: %w", err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read a JWS: %w", err)
	}
	return nil
}

// hashOf is the SHA-256 of the canonical form (RFC 8785) of a JSON object, without the members named.
func hashOf(raw []byte, without ...string) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var doc map[string]any
	if err := decoder.Decode(&doc); err != nil {
		return "", fmt.Errorf("read what is to be hashed: %w", err)
	}
	for _, name := range without {
		delete(doc, name)
	}
	var form bytes.Buffer
	if err := writeCanonical(&form, doc); err != nil {
		return "", err
	}
	sum := sha256.Sum256(form.Bytes())
	return hex.EncodeToString(sum[:]), nil
}

// writeCanonical writes the RFC 8785 form. The contract's numbers are integers (quantities are text): others are refused
// rather than written wrongly.
func writeCanonical(out *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		fmt.Fprint(out, v)
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return fmt.Errorf("canonical form of a number: %w", err)
		}
		fmt.Fprint(out, n)
	case string:
		quote(out, v)
	case []any:
		return list(out, "[]", len(v), func(i int) error { return writeCanonical(out, v[i]) })
	case map[string]any:
		names := slices.SortedFunc(maps.Keys(v), byUTF16)
		return list(out, "{}", len(v), func(i int) error {
			quote(out, names[i])
			out.WriteByte(':')
			return writeCanonical(out, v[names[i]])
		})
	default:
		return fmt.Errorf("canonical form of a %T", v)
	}
	return nil
}

func list(out *bytes.Buffer, brackets string, n int, item func(int) error) error {
	out.WriteByte(brackets[0])
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := item(i); err != nil {
			return err
		}
	}
	out.WriteByte(brackets[1])
	return nil
}

func byUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// quote escapes what RFC 8785 section 3.2.2.2 escapes, and nothing else.
func quote(out *bytes.Buffer, s string) {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	out.WriteByte('"')
	for _, r := range s {
		switch escape, is := short[r]; {
		case is:
			out.WriteString(escape)
		case r < ' ':
			fmt.Fprintf(out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}
