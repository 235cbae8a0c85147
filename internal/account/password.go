package account

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What a chosen password must be (NIST SP 800-63B-4, 3.1.1): long, and free of rules about signs.
const (
	MinPassword = 12  // code points
	MaxPassword = 256 // bytes
)

// Flaw says why a password is not taken; empty: it is.
type Flaw string

// The flaws.
const (
	NoFlaw      Flaw = ""
	TooShort    Flaw = "too_short"
	TooLong     Flaw = "too_long"
	HoldsName   Flaw = "holds_account_name"
	AlwaysAlike Flaw = "one_sign_repeated"
	NotNew      Flaw = "not_new"
)

// FlawOf looks at a new password of an account, beside the one that it replaces.
func FlawOf(account, old, chosen string) Flaw {
	password := norm.NFKC.String(chosen)
	first, _ := utf8.DecodeRuneInString(password)
	switch {
	case len(chosen) > MaxPassword:
		return TooLong
	case utf8.RuneCountInString(password) < MinPassword:
		return TooShort
	case strings.Trim(password, string(first)) == "":
		return AlwaysAlike
	case strings.Contains(strings.ToLower(password), strings.ToLower(account)):
		return HoldsName
	case password == norm.NFKC.String(old):
		return NotNew
	}
	return NoFlaw
}
