package config

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
)

// schemes are those under which NATS servers are reached.
func schemes() []string { return []string{"nats", "tls", "ws", "wss"} }

// addresses refuses those of stores in which a user or a password could be taken for something else, and be shown. What
// was given is in no error, for it may hold one.
func (s Stores) addresses() error {
	if s.NATS != "" {
		for server := range strings.SplitSeq(s.NATS, ",") {
			u, err := url.Parse(strings.TrimSpace(server))
			if err != nil || u.Host == "" || !slices.Contains(schemes(), u.Scheme) {
				return errors.New("--nats cannot be read: it is nats://host:port or tls://host:port, several with commas between; " +
					"of a user or password each character that is no letter or digit is written as % and its two hexadecimal digits")
			}
		}
	}
	if s.Redis != "" {
		if _, _, err := net.SplitHostPort(s.Redis); err != nil || strings.ContainsAny(s.Redis, "@/") {
			return errors.New("--redis is host:port: its user and password are --redis-user and --redis-password-file")
		}
	}
	return nil
}
