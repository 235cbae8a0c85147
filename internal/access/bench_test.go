package access_test

import (
	"testing"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// BenchmarkMay is one decision on a request, as each call asks once; BenchmarkVisible is one of a page of rows. Read them
// beside each other and beside the rest of a call, not as times: machines differ.
func BenchmarkMay(b *testing.B) {
	desk, o := actors()["DESK"], access.ObjectOf(request("NG", "03"))
	b.ReportAllocs()
	for b.Loop() {
		if access.May(desk, access.OpGetRequest, o) != access.Allowed {
			b.Fatal("denied")
		}
	}
}

func BenchmarkVisible(b *testing.B) {
	desk := actors()["DESK"]
	partners := []verification.PartnerCode{"NG", "KE", "TH", "AO"}
	page := make([]access.Object, 0, 50)
	for i := range cap(page) {
		page = append(page, access.Object{ID: "r", Partner: partners[i%len(partners)], State: verification.Triage, Level: marking.L2})
	}
	b.ReportAllocs()
	for b.Loop() {
		sees := access.Visible(desk)
		for _, o := range page {
			if !sees(o) {
				b.Fatal("denied")
			}
		}
	}
}
