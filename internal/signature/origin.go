package signature

import (
	"errors"
	"net/url"
	"strings"
)

// Origin is the scheme and host under which partners reach the gateway, such as https://gateway.example. It is
// configured, never read from a request. The zero value is none: no signature is accepted.
type Origin string

// ParseOrigin reads an origin: https, or http for a machine's own loopback name, a host in lower case, a port if it is
// not the scheme's own, and nothing more (RFC 6454, 6.2).
func ParseOrigin(text string) (Origin, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != text || strings.ToLower(u.Host) != u.Host {
		return "", errors.New("an origin is a scheme and a host in lower case, such as https://gateway.example, without a path")
	}
	local := u.Hostname() == "127.0.0.1" || u.Hostname() == "::1" || u.Hostname() == "localhost"
	switch {
	case u.Scheme == "https" && u.Port() != "443" && !strings.HasSuffix(u.Host, ":"):
	case u.Scheme == "http" && local && u.Port() != "80" && !strings.HasSuffix(u.Host, ":"):
	default:
		return "", errors.New("an origin has the scheme https (http on loopback only), and a port only when it is not the scheme's own")
	}
	return Origin(text), nil
}

// target is @target-uri (RFC 9421, 2.2.2) of a request target in origin form, as it was sent.
func (o Origin) target(requestURI string) (string, error) {
	switch {
	case o == "":
		return "", refused("no origin is configured")
	case !strings.HasPrefix(requestURI, "/") || !visible(requestURI):
		return "", refused("the request target is not in origin form")
	}
	return string(o) + requestURI, nil
}

// visible says whether a text has visible ASCII alone.
func visible(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
