package limit

import "net/netip"

// SourceOf is whom an address counts as: itself, or of version 6 its network of 64 bits, which one customer of a
// provider has whole. False when the text is no address with a port.
func SourceOf(remote string) (netip.Prefix, bool) {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}, false
	}
	addr := at.Addr().Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	source, err := addr.Prefix(bits)
	return source, err == nil
}
