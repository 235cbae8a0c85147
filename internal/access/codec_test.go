package access_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// The record takes these decisions as they are.
var _ record.Codec[access.Decision] = access.Codec{}

// add writes golden files that do not exist. None that exists is ever rewritten.
var add = flag.Bool("add-golden", false, "write missing golden files")

// filled is one event of every kind, every member set.
func filled() []access.Event {
	return []access.Event{
		access.PrincipalCreated{
			Person: "p_0123456789abcdef", System: true, Label: "Trực ban <&> 1", Roles: []verification.Role{"DESK", "KEEPER"},
			Partner: "NG", Unit: "A1K1",
		},
		access.KeyIssued{Key: "0123456789abcdef", Hash: access.Hash{0: 1, 31: 0xff}},
		access.KeyRevoked{Key: "0123456789abcdef", Reason: "lost"},
		access.PrincipalDisabled{Reason: "left"},
		access.MembershipGranted{Membership: access.Membership{Compartment: "drugs", Keeper: true}},
		access.PartnerAdded{Code: "TH-CUSTOMS", Name: "Thai Customs", Country: "TH", Kind: "customs"},
		access.CampaignVersionAdded{ID: "gs", Version: 2, Campaign: json.RawMessage(`{"id":"gs","name":{"vi":"Đòn <&> vàng"}}`)},
		access.CalendarVersionAdded{Version: "vn-2", Calendar: json.RawMessage(`{"version":"vn-2","days":[{"name":{"vi":"Nghỉ <&> bù"}}]}`)},
		access.KeyIssuedV2{
			Key: "0123456789abcdef", Hash: access.Hash{0: 1, 31: 0xff}, ExpiresAt: noon.Add(time.Hour),
			Scopes: []access.Scope{access.ScopeReads, "submitRequest"}, Replaces: "fedcba9876543210",
		},
		access.KeyEnds{Key: "0123456789abcdef", At: noon.Add(time.Minute)},
		access.SignerAdded{
			Key: "0123456789abcdef", Public: access.PublicKey{0: 1, 31: 0xff}, ExpiresAt: noon.Add(time.Hour),
			Scopes: []access.Scope{access.ScopeReads, "submitRequest"},
		},
		access.CertificateBound{
			Key: "0123456789abcdef", Thumbprint: access.Hash{0: 1, 31: 0xff}, NotBefore: noon, NotAfter: noon.Add(2 * time.Hour),
			ExpiresAt: noon.Add(time.Hour), Scopes: []access.Scope{access.ScopeReads, "submitRequest"},
		},
		access.CertificateUseSet{Use: access.CertificatesRequired},
		access.OnCallSet{Turn: access.Turn{Person: "p_0123456789abcdef", From: noon, Until: noon.Add(12 * time.Hour)}},
		access.DutySet{Compartment: "drugs", Turn: access.Turn{Person: "p_0123456789abcdef", From: noon, Until: noon.Add(12 * time.Hour), Deputy: "p_fedcba9876543210"}},
		access.AlarmTested{Compartment: "drugs", Told: []access.Told{{Person: "p_0123456789abcdef", Rung: "keeper"}, {Person: "p_fedcba9876543210", Rung: "lead"}}},
		access.AlarmTestConfirmed{Compartment: "drugs"},
		access.ReadUntil{Mark: access.MarkBriefing, Until: noon},
		access.KeysBackupTaken{Backup: "20261129T120000Z-abcdefgh", Taken: noon, End: noon.AddDate(0, 3, 0)},
		access.KeysBackupEnded{Backup: "20261129T120000Z-abcdefgh", Destroyed: noon.AddDate(0, 3, 0)},
		access.ErasuresSearched{
			Nodes: []string{"nats-1", "nats-2"}, At: noon.Add(time.Hour), Erasures: []access.SearchedErasure{{Request: "y65ny2n7rq3ws3gz1mkm88qyk3", Destroyed: noon}},
		},
		access.MonthsSearched{Nodes: []string{"nats-1", "nats-2"}, At: noon.Add(time.Hour), Months: []access.SearchedMonth{{Month: "2026-11", Destroyed: noon}}},
		access.MonthEndProposed{Month: "2026-11", Reason: "Hết hạn <&> lưu trữ"},
		access.MonthEndDropped{Month: "2026-11", Reason: "not yet"},
		access.MonthEnded{Month: "2026-11", Groups: []string{"group.2026-11", "group.2026-11-2"}, Reason: "Hết hạn <&> lưu trữ", ProposedBy: "p_0123456789abcdef"},
		access.GrantProposed{
			Grant: "g_0123456789abcdef", Role: "KEEPER", Membership: access.Membership{Compartment: "drugs", Keeper: true},
			Until: noon.AddDate(0, 6, 0), Reason: "Trực <&> thay",
		},
		access.GrantConfirmed{Grant: "g_0123456789abcdef"},
		access.GrantEnded{Grant: "g_0123456789abcdef", Reason: "moved"},
		access.IdentityProposed{
			Identity: "i_0123456789abcdef", Account: "duty-officer.1", Issuer: "https://id.example/?a&b", Subject: "s<1>",
			First: access.Hash{0: 2, 31: 0xfe},
		},
		access.IdentityBound{Identity: "i_0123456789abcdef", Second: access.Hash{0: 3, 31: 0xfd}},
		access.IdentityRemoved{Identity: "i_0123456789abcdef", Reason: "left"},
		access.PasswordSet{Password: "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaA"},
		access.SecondFactorEnrolled{Secret: []byte("12345678901234567890"), Recovery: []access.Hash{{0: 4}, {31: 5}}},
		access.SecondFactorRemoved{Reason: "lost"},
		access.RecoveryCodeSpent{Code: access.Hash{0: 4}},
	}
}

func decision(events ...access.Event) access.Decision {
	return access.Decision{
		Stamp: verification.Stamp{
			At: noon, By: verification.Actor{Person: "p_fedcba9876543210", Roles: []verification.Role{"OPERATOR"}, Unit: "A1K1"},
			Command: "c1", Digest: "d1",
		},
		Events: events,
	}
}

func TestEveryKindHasGoldenBytesThatDecodeForGood(t *testing.T) {
	t.Parallel()
	if len(filled()) != len(access.EventKinds()) {
		t.Fatal("a kind is not filled")
	}
	for i, event := range filled() {
		kind := event.EventKind()
		if kind != access.EventKinds()[i].EventKind() {
			t.Fatalf("%s stands at another place", kind)
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			want := decision(event)
			plain, err := access.Codec{}.Encode(want)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata/golden", kind+".json")
			golden, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) && *add {
				if err := os.WriteFile(path, plain, 0o600); err != nil {
					t.Fatal(err)
				}
				golden = plain
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(golden), string(plain)); diff != "" {
				t.Fatal(diff)
			}
			got, err := access.Codec{}.Decode(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

func TestADecisionIsReadStrictlyInKindsAndTolerantlyInMembers(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON":           `{"v":1`,
		"another form":      `{"v":2,"events":[]}`,
		"an unknown kind":   `{"v":1,"events":[{"kind":"key_sold.v1","data":{}}]}`,
		"another version":   `{"v":1,"events":[{"kind":"key_issued.v3","data":{}}]}`,
		"a member's type":   `{"v":1,"events":[{"kind":"key_issued.v1","data":{"key":7}}]}`,
		"a hash too short":  `{"v":1,"events":[{"kind":"key_issued.v1","data":{"key":"k","hash":"00"}}]}`,
		"a hash of letters": `{"v":1,"events":[{"kind":"key_issued.v1","data":{"hash":"zz00000000000000000000000000000000000000000000000000000000000000"}}]}`,
	} {
		if _, err := (access.Codec{}).Decode([]byte(text)); !errors.Is(err, access.ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, err := access.Codec{}.Decode([]byte(`{"v":1,"later":1,"command":"c","events":[{"kind":"principal_disabled.v1","data":{"later":2}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	command, kinds := access.Codec{}.Head(d)
	if command != "c" || len(kinds) != 1 || kinds[0] != "principal_disabled.v1" {
		t.Fatalf("%s, %v", command, kinds)
	}
	if c := (access.Codec{}); !c.Owns("principal") || !c.Owns("directory") || c.Owns("request") {
		t.Fatal("the families")
	}
	if access.KindPrincipal != record.KindPrincipal || access.KindDirectory != record.KindDirectory {
		t.Fatal("the record calls them otherwise")
	}
}

func TestAnAggregateReadsBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	var history []access.Decision
	var p access.Principal
	for _, c := range []access.Command{deskPerson("p_1"), access.IssueKey{Key: key.ID(), Hash: key.Hash()}, access.DisablePrincipal{Reason: "left"}} {
		events, err := access.Decide(p, stamp(verification.System()), c)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := access.Codec{}.Encode(access.Decision{Stamp: stamp(verification.System()), Events: events})
		if err != nil {
			t.Fatal(err)
		}
		d, err := access.Codec{}.Decode(plain)
		if err != nil {
			t.Fatal(err)
		}
		history, p = append(history, d), p.Apply(d)
	}
	if diff := cmp.Diff(p, access.Fold(history...)); diff != "" || !p.Disabled || len(p.Keys) != 1 {
		t.Fatal(diff)
	}
}
