package access_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func code(err error) verification.Code {
	var refusal *verification.Refusal
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	if err != nil {
		return "not a refusal"
	}
	return ""
}

func TestAPrincipalHasOneHandAndOnePlace(t *testing.T) {
	t.Parallel()
	type roles = []verification.Role
	const (
		partner, unit, unitLead = verification.RolePartner, verification.RoleUnit, verification.RoleUnitLead
		desk, lead, keeper      = verification.RoleDesk, verification.RoleLead, verification.RoleKeeper
		supervisor, auditor     = verification.RoleSupervisor, verification.RoleAuditor
		operator, system        = verification.RoleOperator, verification.RoleSystem
	)
	tests := map[string]struct {
		roles   roles
		partner verification.PartnerCode
		unit    verification.UnitCode
		want    verification.Code
	}{
		"a partner":                    {roles{partner}, "TH-CUSTOMS", "", ""},
		"an officer":                   {roles{unit}, "", "03", ""},
		"a unit's lead who answers":    {roles{unit, unitLead}, "", "A1S4", ""},
		"a desk person who keeps":      {roles{desk, keeper}, "", "A1K1", ""},
		"a keeper of another division": {roles{keeper}, "", "A1S1", ""},
		"a supervisor":                 {roles{supervisor}, "", "A1K1", ""},
		"an auditor":                   {roles{auditor}, "", "A1K1", ""},
		"an operator":                  {roles{operator}, "", "A1K1", ""},
		"no role yet":                  {nil, "", "03", ""},
		"a partner's without its role": {nil, "NG", "", access.BindingInvalid},
		"the gateway itself":           {roles{system}, "", "03", access.UnknownRole},
		"a role nobody knows":          {roles{"ROOT"}, "", "03", access.UnknownRole},
		"a role twice":                 {roles{unit, unit}, "", "03", access.UnknownRole},
		"partner and desk":             {roles{partner, desk}, "NG", "", access.RolesDisjoint},
		"operator and auditor":         {roles{operator, auditor}, "", "A1K1", access.RolesDisjoint},
		"auditor and lead":             {roles{auditor, lead}, "", "A1K1", access.RolesDisjoint},
		"operator and unit":            {roles{operator, unit}, "", "03", access.RolesDisjoint},
		"desk and unit":                {roles{desk, unit}, "", "A1K1", access.RolesDisjoint},
		"a partner in a unit":          {roles{partner}, "", "03", access.BindingInvalid},
		"an officer of a partner":      {roles{unit}, "NG", "", access.BindingInvalid},
		"neither partner nor unit":     {roles{unit}, "", "", access.BindingInvalid},
		"both":                         {roles{partner}, "NG", "03", access.BindingInvalid},
		"a desk person in a unit":      {roles{desk}, "", "03", access.BindingInvalid},
		"a lead in a unit":             {roles{lead}, "", "03", access.BindingInvalid},
		"a supervisor in a department": {roles{verification.RoleSupervisor}, "", "03", access.BindingInvalid},
		"a unit with a dot":            {roles{unit}, "", "0.3", access.IDInvalid},
		"a unit of 20 signs":           {roles{unit}, "", "01234567890123456789", ""},
		"a unit of more":               {roles{unit}, "", "012345678901234567890", access.IDInvalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := access.CreatePrincipal{Person: "p_1", Label: "L", Roles: test.roles, Partner: test.partner, Unit: test.unit}
			events, err := access.Decide(access.Principal{}, stamp(verification.System()), c)
			if code(err) != test.want || (err == nil) != (len(events) == 1) {
				t.Fatalf("got %v, %v", events, err)
			}
		})
	}
}

// Who writes "desk" learns what there is.
func TestTheRefusalOfARoleNamesEachThatIsGranted(t *testing.T) {
	t.Parallel()
	create := func(role verification.Role) error {
		_, err := access.Decide(access.Principal{}, stamp(verification.System()), access.CreatePrincipal{Person: "p_1", Label: "L", Roles: []verification.Role{role}})
		return err
	}
	unknown := create("desk")
	for _, role := range []verification.Role{
		verification.RolePartner, verification.RoleUnit, verification.RoleUnitLead, verification.RoleDesk, verification.RoleLead,
		verification.RoleKeeper, verification.RoleSupervisor, verification.RoleAuditor, verification.RoleOperator,
		verification.RoleSystem, verification.RoleScreen,
	} {
		granted := code(create(role)) != access.UnknownRole
		if named := regexp.MustCompile(`\b` + string(role) + `\b`).MatchString(unknown.Error()); named != granted {
			t.Errorf("%s: granted %v, named %v", role, granted, named)
		}
	}
}

func TestCommandsOnAPrincipalAreRefusedWithTheirCode(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	issue := access.IssueKey{Key: key.ID(), Hash: key.Hash()}
	member := func(c verification.Compartment, keeper bool) access.GrantMembership {
		return access.GrantMembership{Membership: access.Membership{Compartment: c, Keeper: keeper}}
	}
	desk := given(t, nil, deskPerson("p_1"), issue)
	gone := desk.Apply(access.Decision{Events: []access.Event{access.PrincipalDisabled{}}})
	revoked := desk.Apply(access.Decision{Stamp: stamp(verification.System()), Events: []access.Event{access.KeyRevoked{Key: key.ID()}}})
	officer := given(t, nil, access.CreatePrincipal{Person: "p_2", Label: "O", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"})
	program := desk
	program.System = true
	operator := verification.Actor{Person: "p_9", Roles: []verification.Role{verification.RoleOperator}}
	self := verification.Actor{Person: "p_1", Roles: []verification.Role{verification.RoleOperator}}
	tests := map[string]struct {
		p    access.Principal
		by   verification.Actor
		c    access.Command
		want verification.Code
	}{
		"by a lead":                        {desk, verification.Actor{Roles: []verification.Role{verification.RoleLead}}, issue, verification.NotPermitted},
		"to self":                          {desk, self, member("drugs", false), access.SelfGrant},
		"a key to self":                    {desk, self, issue, access.SelfGrant},
		"on nobody":                        {access.Principal{}, operator, issue, access.UnknownPrincipal},
		"the same id with other roles":     {desk, operator, deskPerson("p_1", verification.RoleLead), verification.AlreadyExists},
		"an id with a dot":                 {access.Principal{}, operator, deskPerson("p.1"), access.IDInvalid},
		"an id of 64 signs":                {access.Principal{}, operator, deskPerson(verification.PersonID(strings.Repeat("p", 64))), ""},
		"an id of more":                    {access.Principal{}, operator, deskPerson(verification.PersonID(strings.Repeat("p", 65))), access.IDInvalid},
		"without a label":                  {access.Principal{}, operator, access.CreatePrincipal{Person: "p_1"}, access.IDInvalid},
		"a key to who is disabled":         {gone, operator, issue, access.PrincipalEnded},
		"a compartment to who is disabled": {gone, operator, member("drugs", false), access.PrincipalEnded},
		"a key without a hash":             {desk, operator, access.IssueKey{Key: newKey(t).ID()}, access.KeyInvalid},
		"a key id of another form":         {desk, operator, access.IssueKey{Key: "k", Hash: key.Hash()}, access.KeyInvalid},
		"a revoked key again":              {revoked, operator, issue, access.KeyInvalid},
		"revoke an unknown key":            {desk, operator, access.RevokeKey{Key: "k"}, access.UnknownKey},
		"a keeper without the role":        {desk, operator, member("drugs", true), access.MembershipInvalid},
		"an officer of a unit":             {officer, operator, member("drugs", false), access.MembershipInvalid},
		"a program":                        {program, operator, member("drugs", false), access.MembershipInvalid},
		"no compartment":                   {desk, operator, member("", false), access.IDInvalid},
		"a desk person joins":              {desk, operator, member("drugs", false), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if events, err := access.Decide(test.p, stamp(test.by), test.c); code(err) != test.want {
				t.Fatalf("got %v, %v", events, err)
			}
		})
	}
}

func TestARepeatedCommandIsNothingNew(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	for _, c := range []access.Command{
		deskPerson("p_1", verification.RoleKeeper),
		access.IssueKey{Key: key.ID(), Hash: key.Hash()},
		access.GrantMembership{Membership: access.Membership{Compartment: "drugs", Keeper: true}},
		access.RevokeKey{Key: key.ID()},
		access.DisablePrincipal{},
	} {
		p := access.Principal{}
		if _, create := c.(access.CreatePrincipal); !create {
			p = given(t, nil, deskPerson("p_1", verification.RoleKeeper))
		}
		if _, revoke := c.(access.RevokeKey); revoke {
			p = given(t, nil, deskPerson("p_1"), access.IssueKey{Key: key.ID(), Hash: key.Hash()})
		}
		events, err := access.Decide(p, stamp(verification.System()), c)
		if err != nil || len(events) != 1 {
			t.Fatalf("%T: %v, %v", c, events, err)
		}
		p = p.Apply(access.Decision{Stamp: stamp(verification.System()), Events: events})
		if events, err := access.Decide(p, stamp(verification.System()), c); err != nil || len(events) != 0 {
			t.Errorf("%T again: %v, %v", c, events, err)
		}
	}
}

func TestAMembershipIsSaidAnewAndKeysKeepTheirTimes(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	p := given(t, nil, deskPerson("p_1", verification.RoleKeeper), access.IssueKey{Key: key.ID(), Hash: key.Hash()},
		access.GrantMembership{Membership: access.Membership{Compartment: "drugs"}},
		access.GrantMembership{Membership: access.Membership{Compartment: "drugs", Keeper: true}}, access.RevokeKey{Key: key.ID()})
	want := access.Principal{
		ID: "p_1", Label: "Duty officer", Roles: []verification.Role{verification.RoleDesk, verification.RoleKeeper}, Unit: "A1K1",
		Compartments: []access.Membership{{Compartment: "drugs", Keeper: true}},
		Joined:       map[verification.Compartment]access.Joining{"drugs": {At: noon}},
		Keys:         []access.Key{{ID: key.ID(), Kind: access.APIKey, Hash: key.Hash(), CreatedAt: noon, RevokedAt: noon}}, Changes: 2, Version: 5,
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Fatal(diff)
	}
}

func TestEvolveSharesNothingThatItChanged(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	before := given(t, nil, deskPerson("p_1"), access.IssueKey{Key: key.ID(), Hash: key.Hash()})
	copied := before
	before.Apply(access.Decision{Stamp: stamp(verification.System()), Events: []access.Event{
		access.KeyRevoked{Key: key.ID()}, access.MembershipGranted{Membership: access.Membership{Compartment: "drugs"}},
	}})
	if diff := cmp.Diff(copied, before); diff != "" || !before.Keys[0].RevokedAt.IsZero() {
		t.Fatal(diff)
	}
}

func TestTheDirectoryGrowsByPartnersAndVersions(t *testing.T) {
	t.Parallel()
	campaign := func(text string) access.AddCampaignVersion {
		return access.AddCampaignVersion{ID: "gs", Campaign: json.RawMessage(text)}
	}
	calendar := func(text string) access.AddCalendarVersion {
		return access.AddCalendarVersion{Version: "vn-2", Calendar: json.RawMessage(text)}
	}
	ghana := access.AddPartner{Code: "GH", Name: "IP Accra", Country: "GH", Kind: "ncb"}
	renamed := ghana
	renamed.Name = "Accra"
	tests := []struct {
		name   string
		change access.Change
		want   verification.Code
		events int
	}{
		{"a partner", ghana, "", 1},
		{"the same again", ghana, "", 0},
		{"another of that code", renamed, verification.AlreadyExists, 0},
		{"a campaign", campaign(`{"id": "gs", "n": 1}`), "", 1},
		{"the same, spaced otherwise", campaign(`{ "id":"gs","n":1}`), "", 0},
		{"a second version", campaign(`{"id":"gs","n":2}`), "", 1},
		{"of another id", campaign(`{"id":"other"}`), access.CampaignInvalid, 0},
		{"no JSON", campaign(`{`), access.CampaignInvalid, 0},
		{"a version of the calendars", calendar(`{ "version": "vn-2" }`), "", 1},
		{"the same again", calendar(`{"version":"vn-2"}`), verification.AlreadyExists, 0},
		{"of another name", calendar(`{"version":"vn-3"}`), access.CalendarInvalid, 0},
		{"no calendars", calendar(`[]`), access.CalendarInvalid, 0},
	}
	var n access.Entry
	for _, test := range tests {
		events, err := n.Decide(stamp(verification.System()), test.change)
		if code(err) != test.want || len(events) != test.events {
			t.Fatalf("%s: %v, %v", test.name, events, err)
		}
		n = n.Apply(access.Decision{Events: events})
	}
	if n.Partner == nil || n.Partner.Code != "GH" || len(n.Campaigns) != 2 || n.Campaigns[1].Version != 2 ||
		len(n.Calendars) != 1 || string(n.Calendars[0].Calendar) != `{"version":"vn-2"}` {
		t.Fatalf("%+v", n)
	}
	if _, err := n.Decide(stamp(verification.Actor{}), ghana); code(err) != verification.NotPermitted {
		t.Fatal(err)
	}
	if _, err := (access.Entry{}).Decide(stamp(verification.System()), access.AddPartner{Code: "G H"}); code(err) != access.IDInvalid {
		t.Fatal(err)
	}
	if access.PartnerEntry("GH") != "partner-GH" || access.CampaignEntry("gs") != "campaign-gs" || access.CalendarsEntry != "calendars" {
		t.Fatal("the ids of entries are for good")
	}
}

func TestARosterSaysWhatACompartmentLacks(t *testing.T) {
	t.Parallel()
	person := func(id verification.PersonID, keeper bool, roles ...verification.Role) access.Principal {
		return access.Principal{ID: id, Roles: roles, Compartments: []access.Membership{{Compartment: "drugs", Keeper: keeper}}}
	}
	desk, lead, keeper := verification.RoleDesk, verification.RoleLead, verification.RoleKeeper
	disabled := person("p9", true, keeper)
	disabled.Disabled = true
	program := person("p8", false, desk)
	program.System = true
	auditor := person("p7", false, verification.RoleAuditor)
	tests := map[string]struct {
		who  []access.Principal
		want []access.Gap
	}{
		"nobody":                      {nil, []access.Gap{access.NoKeeper, access.NoDeputy, access.NoReviewer, access.NoLead, access.TooFew}},
		"the demonstration":           {[]access.Principal{person("p1", true, keeper), person("p2", false, desk), person("p3", false, desk), person("p4", false, lead)}, []access.Gap{access.NoDeputy}},
		"two keepers of the desk":     {[]access.Principal{person("p1", true, keeper, desk), person("p2", true, keeper, desk), person("p4", false, lead)}, nil},
		"the keeper alone reviews":    {[]access.Principal{person("p1", true, keeper, desk), person("p4", false, lead)}, []access.Gap{access.NoDeputy, access.NoReviewer, access.TooFew}},
		"disabled, program, auditor":  {[]access.Principal{disabled, program, auditor}, []access.Gap{access.NoKeeper, access.NoDeputy, access.NoReviewer, access.NoLead, access.TooFew}},
		"three in two persons' hands": {[]access.Principal{person("p1", true, keeper, lead), person("p2", false, desk)}, []access.Gap{access.NoDeputy, access.TooFew}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, access.RosterOf(test.who, noon).Gaps("drugs")); diff != "" {
				t.Fatal(diff)
			}
		})
	}
	r := access.RosterOf(tests["the demonstration"].who, noon)
	if r.TooSmall("drugs") || !r.TooSmall("precursor") || len(r.Keepers("drugs")) != 1 || len(r.Desk("drugs")) != 2 ||
		len(r.Leads("drugs")) != 1 || len(r.Compartments()) != 1 {
		t.Fatal("the demonstration's roster")
	}
}
