package access_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func operator(id verification.PersonID) verification.Actor {
	return verification.Actor{Person: id, Roles: []verification.Role{verification.RoleOperator}}
}

func at(by verification.Actor, when time.Time) verification.Stamp {
	return verification.Stamp{At: when, By: by, Command: "c"}
}

// step decides and folds; it must not be refused.
func step(t *testing.T, p access.Principal, s verification.Stamp, c access.Command) access.Principal {
	t.Helper()
	events, err := access.Decide(p, s, c)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return p.Apply(access.Decision{Stamp: s, Events: events})
}

// newcomer is a person of the desk's unit without any right.
func newcomer(t *testing.T) access.Principal {
	t.Helper()
	return step(t, access.Principal{}, at(operator("p_a"), noon), access.CreatePrincipal{
		Person: "p_1", Label: "Duty officer", Unit: verification.DeskUnit,
	})
}

func deskUntil(id access.GrantID, until time.Time) access.ProposeGrant {
	return access.ProposeGrant{Grant: id, Role: verification.RoleDesk, Until: until, Reason: "on the roster"}
}

func TestAGrantOpensOnceAnotherPersonConfirmedItAndStopsByItself(t *testing.T) {
	t.Parallel()
	until := noon.AddDate(0, 6, 0)
	p := step(t, newcomer(t), at(operator("p_a"), noon), deskUntil("g1", until))
	if roles := p.At(noon).Roles; len(roles) != 0 {
		t.Fatalf("a proposal opened %v", roles)
	}
	before := p.RightsAt(noon)
	if events, err := access.Decide(p, at(operator("p_a"), noon), access.ConfirmGrant{Grant: "g1"}); code(err) != verification.SamePerson {
		t.Fatalf("the proposer confirmed: %v, %v", events, err)
	}
	p = step(t, p, at(operator("p_b"), noon), access.ConfirmGrant{Grant: "g1"})
	if !p.At(noon).Has(verification.RoleDesk) || p.Has(verification.RoleDesk) {
		t.Fatal("a confirmed grant opens at a time, and is no role without an end")
	}
	open := p.RightsAt(noon)
	if open == before {
		t.Error("a session from before would go on")
	}
	last := until.Add(-time.Nanosecond)
	if !p.At(last).Has(verification.RoleDesk) || p.At(until).Has(verification.RoleDesk) {
		t.Error("it does not stop at its end")
	}
	if p.RightsAt(last) != open || p.RightsAt(until) == open {
		t.Error("a session does not end with the grant")
	}
	ended := step(t, p, at(operator("p_a"), noon), access.EndGrant{Grant: "g1", Reason: "moved"})
	if ended.At(noon).Has(verification.RoleDesk) || ended.RightsAt(noon) == open {
		t.Error("an ended grant opens still")
	}
	if again := step(t, ended, at(operator("p_b"), last), access.EndGrant{Grant: "g1", Reason: "again"}); !again.Grants[0].EndedAt.Equal(noon) {
		t.Errorf("ended again, it ended at %s", again.Grants[0].EndedAt)
	}
	if p.At(noon).Caller("").Roles == nil || !p.At(noon).Has(verification.RoleDesk) {
		t.Error("the fold changed what it came from")
	}
}

func TestWhatMayNotBeGrantedIsRefusedWithItsCode(t *testing.T) {
	t.Parallel()
	p := step(t, newcomer(t), at(operator("p_a"), noon), deskUntil("g1", noon.AddDate(0, 1, 0)))
	ran := step(t, p, at(operator("p_b"), noon), access.ConfirmGrant{Grant: "g1"})
	role := func(r verification.Role) access.ProposeGrant {
		return access.ProposeGrant{Grant: "g2", Role: r, Until: noon.AddDate(0, 1, 0), Reason: "why"}
	}
	month := noon.AddDate(0, 1, 0)
	self := operator("p_1")
	away := step(t, access.Principal{}, at(operator("p_a"), noon), access.CreatePrincipal{Person: "p_1", Label: "Officer", Unit: "03"})
	gone := step(t, p, at(operator("p_a"), noon), access.DisablePrincipal{Reason: "left"})
	for name, test := range map[string]struct {
		p    access.Principal
		s    verification.Stamp
		c    access.Command
		want verification.Code
	}{
		"to self":                   {p, at(self, noon), role(verification.RoleLead), access.SelfGrant},
		"confirmed by self":         {p, at(self, noon), access.ConfirmGrant{Grant: "g1"}, access.SelfGrant},
		"by a lead":                 {p, at(verification.Actor{Person: "p_c", Roles: []verification.Role{verification.RoleLead}}, noon), role(verification.RoleLead), verification.NotPermitted},
		"without an end":            {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Reason: "why"}, access.GrantInvalid},
		"for two years":             {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Until: noon.AddDate(2, 0, 0), Reason: "why"}, access.GrantInvalid},
		"for 366 days":              {ran, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Until: noon.AddDate(0, 0, 366), Reason: strings.Repeat("y", 500)}, ""},
		"for an instant more":       {ran, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Until: noon.AddDate(0, 0, 366).Add(1), Reason: "why"}, access.GrantInvalid},
		"until now":                 {ran, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Until: noon, Reason: "why"}, access.GrantInvalid},
		"for a long reason":         {ran, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Until: month, Reason: strings.Repeat("y", 501)}, verification.ReasonMissing},
		"without a reason":          {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Until: month}, verification.ReasonMissing},
		"a role and a compartment":  {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleLead, Membership: access.Membership{Compartment: "drugs"}, Until: month, Reason: "why"}, access.GrantInvalid},
		"the same for another why":  {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g1", Role: verification.RoleDesk, Until: month, Reason: "why"}, access.IDInvalid},
		"the same id again":         {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g1", Role: verification.RoleLead, Until: month, Reason: "why"}, access.IDInvalid},
		"what waits already":        {p, at(operator("p_b"), noon), access.ProposeGrant{Grant: "g2", Role: verification.RoleDesk, Until: month, Reason: "why"}, verification.AlreadyExists},
		"the same for longer":       {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g1", Role: verification.RoleDesk, Until: month.Add(1), Reason: "on the roster"}, access.IDInvalid},
		"an id with a dot":          {ran, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g.2", Role: verification.RoleLead, Until: month, Reason: "why"}, access.IDInvalid},
		"the desk's to a unit":      {away, at(operator("p_a"), noon), role(verification.RoleDesk), access.BindingInvalid},
		"to who is disabled":        {gone, at(operator("p_a"), noon), role(verification.RoleLead), access.PrincipalEnded},
		"confirm the disabled":      {gone, at(operator("p_b"), noon), access.ConfirmGrant{Grant: "g1"}, access.PrincipalEnded},
		"what has run out":          {ran, at(operator("p_a"), month), access.ProposeGrant{Grant: "g2", Role: verification.RoleDesk, Until: month.AddDate(0, 1, 0), Reason: "why"}, ""},
		"in another hand":           {p, at(operator("p_a"), noon), role(verification.RoleAuditor), access.RolesDisjoint},
		"operator beside the desk":  {p, at(operator("p_a"), noon), role(verification.RoleOperator), access.RolesDisjoint},
		"a unit's role at the desk": {p, at(operator("p_a"), noon), role(verification.RoleUnit), access.RolesDisjoint},
		"partner":                   {p, at(operator("p_a"), noon), role(verification.RolePartner), access.GrantInvalid},
		"the gateway itself":        {p, at(operator("p_a"), noon), role(verification.RoleSystem), access.UnknownRole},
		"a compartment too early":   {p, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Membership: access.Membership{Compartment: "drugs"}, Until: month, Reason: "why"}, access.MembershipInvalid},
		"a keeper without KEEPER":   {ran, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Membership: access.Membership{Compartment: "drugs", Keeper: true}, Until: month, Reason: "why"}, access.MembershipInvalid},
		"a compartment":             {ran, at(operator("p_a"), noon), access.ProposeGrant{Grant: "g2", Membership: access.Membership{Compartment: "drugs"}, Until: month, Reason: "why"}, ""},
		"a second role":             {ran, at(operator("p_a"), noon), role(verification.RoleLead), ""},
		"confirm the unknown":       {p, at(operator("p_b"), noon), access.ConfirmGrant{Grant: "g9"}, access.UnknownGrant},
		"confirm too late":          {p, at(operator("p_b"), month), access.ConfirmGrant{Grant: "g1"}, access.GrantEndedAlready},
		"end the unknown":           {p, at(operator("p_b"), noon), access.EndGrant{Grant: "g9"}, access.UnknownGrant},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if events, err := access.Decide(test.p, test.s, test.c); code(err) != test.want || (err == nil) != (len(events) == 1) {
				t.Fatalf("got %v, %v", events, err)
			}
		})
	}
}

// The answer may have been lost: whoever proposes the very same again, or confirms it again, is not refused.
func TestAGrantThatIsGivenAgainIsNothingNew(t *testing.T) {
	t.Parallel()
	p := newcomer(t)
	for _, act := range []struct {
		by verification.PersonID
		c  access.Command
	}{{"p_a", deskUntil("g1", noon.AddDate(0, 1, 0))}, {"p_b", access.ConfirmGrant{Grant: "g1"}}} {
		p = step(t, p, at(operator(act.by), noon), act.c)
		if events, err := access.Decide(p, at(operator(act.by), noon.Add(time.Minute)), act.c); err != nil || len(events) != 0 {
			t.Errorf("%T again: %v, %v", act.c, events, err)
		}
	}
}

func TestAKeepersMembershipDoesNotOutliveTheRole(t *testing.T) {
	t.Parallel()
	week, month := noon.AddDate(0, 0, 7), noon.AddDate(0, 1, 0)
	p := newcomer(t)
	for _, c := range []access.ProposeGrant{
		{Grant: "g1", Role: verification.RoleKeeper, Until: week, Reason: "why"},
		{Grant: "g2", Membership: access.Membership{Compartment: "drugs", Keeper: true}, Until: month, Reason: "why"},
	} {
		p = step(t, p, at(operator("p_a"), noon), c)
		p = step(t, p, at(operator("p_b"), noon), access.ConfirmGrant{Grant: c.Grant})
	}
	if c := p.At(noon).Caller(""); !c.KeepsCompartment("drugs") {
		t.Fatalf("%+v", c)
	}
	if c := p.At(week).Caller(""); c.KeepsCompartment("drugs") || len(c.Keeps) != 0 {
		t.Fatalf("a keeper without the role: %+v", c)
	}
	if r := access.RosterOf([]access.Principal{p}, week); len(r.Keepers("drugs")) != 0 {
		t.Fatal("the roster counts a keeper without the role")
	}
}

func TestAnIdentityIsBoundByAnotherPersonAndSharedByNobody(t *testing.T) {
	t.Parallel()
	ring := access.NewKeyring()
	feed := func(p access.Principal, s verification.Stamp, c access.Command) access.Principal {
		t.Helper()
		if err := ring.Free(p, c); err != nil {
			t.Fatal(err)
		}
		events, err := access.Decide(p, s, c)
		if err != nil {
			t.Fatalf("%T: %v", c, err)
		}
		d := access.Decision{Stamp: s, Events: events}
		if err := ring.Apply(cmpOr(p.ID, c), p.Version, d); err != nil {
			t.Fatal(err)
		}
		return p.Apply(d)
	}
	first, second := access.Hash{1}, access.Hash{2}
	p := feed(access.Principal{}, at(operator("p_a"), noon), access.CreatePrincipal{Person: "p_1", Label: "L", Unit: "A1K1"})
	p = feed(p, at(operator("p_a"), noon), access.ProposeIdentity{Identity: "i1", Account: "lan", First: first})
	if _, ok := ring.ByAccount("lan"); ok {
		t.Fatal("a proposal is recognised")
	}
	bind := access.BindIdentity{Identity: "i1", Second: second}
	if _, err := access.Decide(p, at(operator("p_a"), noon), bind); code(err) != verification.SamePerson {
		t.Fatalf("got %v", err)
	}
	if _, err := access.Decide(p, at(operator("p_1"), noon), bind); code(err) != access.SelfGrant {
		t.Fatalf("got %v", err)
	}
	p = feed(p, at(operator("p_b"), noon), bind)
	got, ok := ring.ByAccount(" LAN")
	if i, bound := got.Account(); !ok || !bound || i.First != [2]access.Hash{first, second} {
		t.Fatalf("%+v", got)
	}
	q := feed(access.Principal{}, at(operator("p_a"), noon), access.CreatePrincipal{Person: "p_2", Label: "L", Unit: "A1K1"})
	take := access.ProposeIdentity{Identity: "i1", Account: "lan", First: first}
	if err := ring.Free(q, take); code(err) != access.IdentityTaken {
		t.Fatalf("got %v", err)
	}
	p = feed(p, at(operator("p_a"), noon), access.RemoveIdentity{Identity: "i1"})
	if _, ok := ring.ByAccount("lan"); ok || p.Local.Password != "" {
		t.Fatal("a removed account is recognised")
	}
	for name, c := range map[string]access.BindIdentity{"removed": bind, "unknown": {Identity: "i9", Second: second}} {
		if _, err := access.Decide(p, at(operator("p_c"), noon), c); code(err) != access.UnknownIdentity {
			t.Errorf("what is %s is bound: %v", name, err)
		}
	}
	if events, err := access.Decide(p, at(operator("p_b"), noon), access.RemoveIdentity{Identity: "i1"}); len(events) > 0 || err != nil {
		t.Errorf("removed twice: %v, %v", events, err)
	}
	q = feed(q, at(operator("p_a"), noon), take)
	q = feed(q, at(operator("p_b"), noon), bind)
	if got, ok := ring.ByAccount("lan"); !ok || got.ID != "p_2" {
		t.Fatalf("%+v", got)
	}
	q = feed(q, at(operator("p_a"), noon), access.ProposeIdentity{Identity: "i2", Issuer: "https://id.example", Subject: "7"})
	if got, ok := ring.ByAccount("lan"); !ok || got.ID != "p_2" {
		t.Fatalf("after a decision that changes nothing about the account: %+v", got)
	}
	q = feed(q, at(operator("p_b"), noon), access.BindIdentity{Identity: "i2"})
	if got, ok := ring.BySubject("https://id.example", "7"); !ok || got.ID != "p_2" {
		t.Fatalf("%+v", got)
	}
	if _, ok := ring.BySubject("https://other.example", "7"); ok {
		t.Fatal("a subject of another issuer")
	}
	feed(q, at(operator("p_a"), noon), access.RemoveIdentity{Identity: "i1"})
	if _, ok := ring.ByAccount("lan"); ok {
		t.Error("a removed account is recognised by what its holder has beside it")
	}
	if _, ok := ring.BySubject("https://id.example", "7"); !ok {
		t.Error("what is left is not recognised")
	}
}

// An identity that somebody is recognised by is proposed and bound to nobody else; a person who is disabled is recognised by none.
func TestWhatOnePersonIsRecognisedByIsTakenForAllOthers(t *testing.T) {
	t.Parallel()
	const issuer = "https://id.example"
	ring := access.NewKeyring()
	var holder, other access.Principal
	for _, p := range []*access.Principal{&holder, &other} {
		id := map[bool]verification.PersonID{true: "p_1", false: "p_2"}[p == &holder]
		d := access.Decision{Stamp: at(operator("p_b"), noon), Events: []access.Event{
			access.PrincipalCreated{Person: id, Label: "L", Unit: "A1K1"},
			access.IdentityProposed{Identity: "i1", Account: "lan"},
			access.IdentityProposed{Identity: "i2", Issuer: issuer, Subject: "7"},
		}}
		if p == &holder {
			d.Events = append(d.Events, access.IdentityBound{Identity: "i1"}, access.IdentityBound{Identity: "i2"})
		}
		if err := ring.Apply(id, 0, d); err != nil {
			t.Fatal(err)
		}
		*p = p.Apply(d)
	}
	for _, c := range []access.Command{
		access.ProposeIdentity{Identity: "i3", Account: "lan"},
		access.BindIdentity{Identity: "i1"},
		access.ProposeIdentity{Identity: "i3", Issuer: issuer, Subject: "7"},
		access.BindIdentity{Identity: "i2"},
	} {
		if err := ring.Free(other, c); code(err) != access.IdentityTaken {
			t.Errorf("another's: %+v: %v", c, err)
		}
		if err := ring.Free(holder, c); err != nil {
			t.Errorf("the own, again: %+v: %v", c, err)
		}
	}
	if err := ring.Free(other, access.ProposeIdentity{Identity: "i3", Issuer: "https://other.example", Subject: "7"}); err != nil {
		t.Errorf("another provider's subject: %v", err)
	}
	if err := ring.Apply("p_1", 1, access.Decision{Events: []access.Event{access.PrincipalDisabled{}}}); err != nil {
		t.Fatal(err)
	}
	if _, ok := ring.ByAccount("lan"); ok {
		t.Error("a disabled person is recognised by the account")
	}
	if _, ok := ring.BySubject(issuer, "7"); ok {
		t.Error("a disabled person is recognised by the provider's subject")
	}
}

// Two gateways may bind one name at once: the record has the two decisions in one order, and who was first keeps it.
func TestOfTwoWhoAreBoundToOneNameTheFirstIsRecognised(t *testing.T) {
	t.Parallel()
	ring := access.NewKeyring()
	versions := map[verification.PersonID]uint64{}
	happened := func(id verification.PersonID, events ...access.Event) {
		t.Helper()
		if err := ring.Apply(id, versions[id], access.Decision{Stamp: at(operator("p_b"), noon), Events: events}); err != nil {
			t.Fatal(err)
		}
		versions[id]++
	}
	for _, id := range []verification.PersonID{"p_1", "p_2"} {
		happened(id, access.PrincipalCreated{Person: id, Label: "L", Unit: "A1K1"}, access.IdentityProposed{Identity: "i1", Account: "lan"})
	}
	for _, id := range []verification.PersonID{"p_2", "p_1"} {
		happened(id, access.IdentityBound{Identity: "i1"})
	}
	if got, ok := ring.ByAccount("lan"); !ok || got.ID != "p_2" {
		t.Errorf("recognised is %q", got.ID)
	}
	happened("p_2", access.IdentityRemoved{Identity: "i1"})
	happened("p_1", access.IdentityProposed{Identity: "i2", Account: "other"}) // whatever is decided of them next
	if got, ok := ring.ByAccount("lan"); !ok || got.ID != "p_1" {
		t.Errorf("recognised is %q after the first is gone", got.ID)
	}
}

func cmpOr(id verification.PersonID, c access.Command) verification.PersonID {
	if create, ok := c.(access.CreatePrincipal); ok {
		return create.Person
	}
	return id
}

func TestAnAccountIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	p := step(t, newcomer(t), at(operator("p_a"), noon), access.ProposeIdentity{Identity: "i1", Account: "lan", First: access.Hash{1}})
	p = step(t, p, at(operator("p_b"), noon), access.BindIdentity{Identity: "i1", Second: access.Hash{2}})
	owner := verification.Actor{Person: "p_1"}
	set := access.SetPassword{Password: "$argon2id$…"}
	enrol := access.EnrolSecondFactor{Secret: []byte("s"), Recovery: []access.Hash{{1}, {2}}}
	for _, by := range []verification.Actor{operator("p_a"), verification.System(), {}} {
		for _, c := range []access.Command{set, enrol, access.UseRecoveryCode{}} {
			if _, err := access.Decide(p, at(by, noon), c); code(err) != verification.NotPermitted {
				t.Errorf("%T by %v: %v", c, by, err)
			}
		}
	}
	before := p.RightsAt(noon)
	p = step(t, p, at(owner, noon), set)
	if p.RightsAt(noon) == before {
		t.Error("sessions outlive a changed password")
	}
	p = step(t, p, at(owner, noon), enrol)
	p = step(t, p, at(owner, noon), access.UseRecoveryCode{Code: access.Hash{1}})
	if _, err := access.Decide(p, at(owner, noon), access.UseRecoveryCode{Code: access.Hash{1}}); code(err) != access.RecoveryCodeUsed {
		t.Errorf("a recovery code twice: %v", err)
	}
	if diff := cmp.Diff(access.Local{Password: set.Password, Factor: []byte("s"), Recovery: []access.Hash{{2}}, SetAt: noon}, p.Local); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]access.Command{
		"no password": access.SetPassword{}, "no secret": access.EnrolSecondFactor{Recovery: enrol.Recovery}, "no recovery code": access.EnrolSecondFactor{Secret: enrol.Secret},
	} {
		if _, err := access.Decide(p, at(owner, noon), c); code(err) != access.IdentityInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	p = step(t, p, at(operator("p_a"), noon), access.RemoveSecondFactor{Reason: "lost"})
	if len(p.Local.Factor) != 0 || len(p.Local.Recovery) != 0 || p.Local.Password == "" {
		t.Errorf("%+v", p.Local)
	}
	p = step(t, p, at(operator("p_a"), noon), access.DisablePrincipal{Reason: "left"})
	for _, c := range []access.Command{set, enrol, access.UseRecoveryCode{Code: access.Hash{2}}} {
		if _, err := access.Decide(p, at(owner, noon), c); code(err) != access.UnknownIdentity {
			t.Errorf("%T by who was disabled: %v", c, err)
		}
	}
}

func TestTheConsoleFoundsTwoOperatorsAndNoMore(t *testing.T) {
	t.Parallel()
	console, key := verification.System(), access.IssueKey{Key: "k", Hash: access.Hash{1}}
	person := func(roles ...verification.Role) access.CreatePrincipal { return access.CreatePrincipal{Roles: roles} }
	operates := access.Principal{ID: "p_a", Roles: []verification.Role{verification.RoleOperator}}
	keyed := operates
	keyed.Keys = []access.Key{{ID: "k0"}}
	reads := step(t, newcomer(t), at(operator("p_a"), noon), deskUntil("g1", noon.AddDate(0, 1, 0)))
	program := access.Principal{ID: "s_1", System: true, Roles: []verification.Role{verification.RoleUnit}}
	for name, test := range map[string]struct {
		s    access.Setting
		by   verification.Actor
		p    access.Principal
		c    access.Command
		want verification.Code
	}{
		"the first operator":            {access.Setting{}, console, access.Principal{}, person(verification.RoleOperator), ""},
		"the second":                    {access.Setting{Operators: 1}, console, access.Principal{}, person(verification.RoleOperator), ""},
		"a third":                       {access.Setting{Operators: 2}, console, access.Principal{}, person(verification.RoleOperator), access.TwoPersons},
		"an operator by an operator":    {access.Setting{Operators: 1}, operator("p_a"), access.Principal{}, person(verification.RoleOperator), access.TwoPersons},
		"a desk person at once":         {access.Setting{}, console, access.Principal{}, person(verification.RoleDesk), access.TwoPersons},
		"an auditor at once":            {access.Setting{}, operator("p_a"), access.Principal{}, person(verification.RoleAuditor), access.TwoPersons},
		"a partner's system":            {access.Setting{Operators: 2}, console, access.Principal{}, person(verification.RolePartner), ""},
		"nobody yet":                    {access.Setting{Operators: 2}, console, access.Principal{}, person(), ""},
		"a membership at once":          {access.Setting{}, console, access.Principal{}, access.GrantMembership{}, access.TwoPersons},
		"the console proposes":          {access.Setting{}, console, access.Principal{}, access.ProposeGrant{}, access.TwoPersons},
		"the console confirms":          {access.Setting{}, console, access.Principal{}, access.ConfirmGrant{}, access.TwoPersons},
		"the console binds":             {access.Setting{}, console, access.Principal{}, access.BindIdentity{}, access.TwoPersons},
		"the console takes away":        {access.Setting{}, console, reads, access.EndGrant{}, ""},
		"a founder's first key":         {access.Setting{}, console, operates, key, ""},
		"a founder's second key":        {access.Setting{Operators: 2}, console, keyed, key, access.TwoPersons},
		"an operator's, by another":     {access.Setting{Operators: 2}, operator("p_b"), keyed, key, ""},
		"a program's key to content":    {access.Setting{Operators: 2}, operator("p_b"), program, key, ""},
		"a key to content":              {access.Setting{Operators: 2}, operator("p_b"), reads, key, access.TwoPersons},
		"another key to content":        {access.Setting{Operators: 2}, operator("p_b"), reads, access.RotateKey{Old: "k"}, access.TwoPersons},
		"a signer for content":          {access.Setting{Operators: 2}, operator("p_b"), reads, access.AddSigner{Key: "k"}, access.TwoPersons},
		"a certificate for content":     {access.Setting{Operators: 2}, operator("p_b"), reads, access.BindCertificate{Key: "k"}, access.TwoPersons},
		"a founder's certificate":       {access.Setting{Operators: 2}, console, keyed, access.BindCertificate{Key: "k"}, access.TwoPersons},
		"all of it in a demonstration":  {access.Setting{Demonstration: true}, console, access.Principal{}, person(verification.RoleDesk), ""},
		"membership in a demonstration": {access.Setting{Demonstration: true}, console, access.Principal{}, access.GrantMembership{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := test.s.Admits(test.by, test.p, test.c); code(err) != test.want {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// TestNoOrderOfActsOpensContentByOnePerson: whatever two operators and the person try, a role is open only if two
// persons, neither of them the holder, are in its history.
func TestNoOrderOfActsOpensContentByOnePerson(t *testing.T) {
	t.Parallel()
	people := []verification.PersonID{"p_a", "p_b", "p_1", ""}
	rapid.Check(t, func(t *rapid.T) {
		p := access.Fold(access.Decision{Events: []access.Event{access.PrincipalCreated{Person: "p_1", Label: "L", Unit: "A1K1"}}})
		now := noon
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			by := operator(rapid.SampledFrom(people).Draw(t, "by"))
			id := access.GrantID(rapid.SampledFrom([]string{"g1", "g2"}).Draw(t, "grant"))
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "days")) * 24 * time.Hour)
			c := rapid.SampledFrom([]access.Command{
				access.ProposeGrant{Grant: id, Role: verification.RoleDesk, Until: now.AddDate(0, 0, 30), Reason: "why"},
				access.ConfirmGrant{Grant: id},
				access.EndGrant{Grant: id},
			}).Draw(t, "act")
			if (access.Setting{Operators: 2}).Admits(by, p, c) != nil {
				continue
			}
			if events, err := access.Decide(p, at(by, now), c); err == nil {
				p = p.Apply(access.Decision{Stamp: at(by, now), Events: events})
			}
			if !p.At(now).Has(verification.RoleDesk) {
				continue
			}
			two := false
			for _, g := range p.Grants {
				two = two || g.Open(now) && g.ProposedBy != g.ConfirmedBy && g.ProposedBy != "" && g.ConfirmedBy != "" &&
					g.ProposedBy != "p_1" && g.ConfirmedBy != "p_1"
			}
			if !two {
				t.Fatalf("one person opened it: %+v", p.Grants)
			}
		}
	})
}
