package limit_test

import (
	"testing"

	"verigate/internal/limit"
)

func TestASourceOfVersion6IsItsNetwork(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"203.0.113.7:1": "203.0.113.7/32", "[::ffff:203.0.113.7]:1": "203.0.113.7/32",
		"[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "[fe80::1%eth0]:1": "fe80::/64", "nobody": "invalid Prefix", "": "invalid Prefix",
	} {
		if got, ok := limit.SourceOf(remote); got.String() != want || ok != got.IsValid() {
			t.Errorf("%q is %s, want %s", remote, got, want)
		}
	}
}
