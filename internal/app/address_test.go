package app

import (
	"testing"
)

func TestAnAddressIsShownWithoutItsUser(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"nats://127.0.0.1:4222":                            "nats://127.0.0.1:4222",
		"nats://gateway:s3cret@a:4222,tls://gw:other@b:42": "nats://a:4222,tls://b:42",
		"nats://t0ken@a:4222":                              "nats://a:4222",
		"nats://bad\x00":                                   "an address that cannot be read",
	} {
		if got := withoutUser(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
