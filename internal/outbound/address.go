package outbound

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// control is net.Dialer.Control: it is asked for each address, before a packet leaves.
type control func(network, address string, _ syscall.RawConn) error

// anywhere lets connections through to the public Internet and to the given networks. What is public is what the IANA
// registries of special addresses leave.
func anywhere(networks []netip.Prefix) control {
	var v4, v6 []netip.Prefix
	for _, n := range networks {
		if n.Addr().Is4() {
			v4 = append(v4, n)
		} else {
			v6 = append(v6, n)
		}
	}
	guard := ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	return func(network, address string, raw syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err == nil && slices.Contains(credentials(), at.Addr().Unmap()) {
			err = errors.New("credentials of a cloud's machines are kept there")
		}
		if err == nil {
			err = guard.Safe(network, address, raw)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrAddress, err)
		}
		return nil
	}
}

// credentials is where clouds give a machine its credentials. Some lie in networks that an operator may have allowed, and
// one in none that is special.
func credentials() []netip.Addr {
	return []netip.Addr{
		netip.AddrFrom4([4]byte{169, 254, 169, 254}), netip.AddrFrom4([4]byte{100, 100, 100, 200}),
		netip.AddrFrom4([4]byte{168, 63, 129, 16}), netip.AddrFrom4([4]byte{192, 0, 0, 192}),
		netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd20:ce::254"),
	}
}

// onThisMachine lets connections through to loopback only.
func onThisMachine(_, address string, _ syscall.RawConn) error {
	if at, err := netip.ParseAddrPort(address); err != nil || !at.Addr().IsLoopback() {
		return fmt.Errorf("%w: %s without TLS is not this machine", ErrAddress, address)
	}
	return nil
}

// private are the networks of which some may be allowed: a provider of one's own stands in one. Others that are not public
// have no hosts to call.
func private() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
		netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("fc00::/7"),
		netip.MustParsePrefix("::1/128"),
	}
}

func checkNetworks(all []netip.Prefix) error {
	var problems []error
	for _, n := range all {
		within := func(p netip.Prefix) bool { return p.Contains(n.Addr()) && p.Bits() <= n.Bits() }
		if !n.IsValid() || !slices.ContainsFunc(private(), within) {
			problems = append(problems, fmt.Errorf("network %s is no part of a private network or of loopback", n))
		}
	}
	return errors.Join(problems...)
}

func reachesLoopback(networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Addr().IsLoopback() })
}

// name is a host name of RFC 1123 that no program takes for an address: its last label begins with a letter.
var name = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// namesOf are the hosts with their schemes and ports.
func namesOf(hosts []string) (map[string]bool, error) {
	names := map[string]bool{}
	var problems []error
	for _, h := range hosts {
		host, port, err := net.SplitHostPort(h)
		secure, plain := port, port
		if err != nil {
			host, secure, plain = h, "443", "80"
		}
		number, err := strconv.ParseUint(secure, 10, 16)
		if host = strings.ToLower(host); !name.MatchString(host) || len(host) > 253 || err != nil || number == 0 {
			problems = append(problems, fmt.Errorf("host %q is no name, or name:port", h))
			continue
		}
		names["https://"+net.JoinHostPort(host, secure)] = true
		names["http://"+net.JoinHostPort(host, plain)] = true
	}
	return names, errors.Join(problems...)
}
