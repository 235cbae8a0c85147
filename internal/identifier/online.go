package identifier

import "strings"

// wallet keeps letter case, which tells two addresses of a ledger apart.
func wallet(raw string) Check {
	return Check{Raw: raw, Normalised: strings.TrimSpace(raw), Kind: KindWallet, Status: NotApplicable}
}

// email is compared without regard to letter case; punctuation counts.
func email(raw string) Check {
	return Check{Raw: raw, Normalised: strings.ToLower(strings.TrimSpace(raw)), Kind: KindEmail, Status: NotApplicable}
}
