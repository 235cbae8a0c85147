package cli

import (
	"errors"
	"strings"
)

// errPasswordShown says that a secret stands where every user of the machine reads it, by ps or in /proc.
var errPasswordShown = errors.New("a password in an argument is read by everybody on this machine: " +
	"change it, and give the address by the environment of the service (VERIGATE_NATS) or the secret by a file (--nats-nkey-file, --redis-password-file)")

// withoutSecrets refuses arguments with a password in an address, and of the addresses of stores every one with an @, however
// it is written: what stands before may be one.
func withoutSecrets(args []string) error {
	flag := ""
	for _, arg := range args {
		value := arg
		if name, given, ok := strings.Cut(arg, "="); ok && strings.HasPrefix(name, "--") {
			flag, value = name, given
		}
		if hasPassword(value) || (flag == "--nats" || flag == "--redis") && strings.Contains(value, "@") {
			return errPasswordShown
		}
		flag = arg
	}
	return nil
}

// hasPassword says whether in any URL of a text something stands before an @ ahead of its host.
func hasPassword(text string) bool {
	for {
		_, rest, ok := strings.Cut(text, "://")
		if !ok {
			return false
		}
		authority := rest
		if end := strings.IndexAny(rest, "/?# "); end >= 0 {
			authority = rest[:end]
		}
		if strings.Contains(authority, "@") {
			return true
		}
		text = rest
	}
}
