package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/demo"
	"verigate/internal/directory"
	"verigate/internal/durable"
	"verigate/internal/gateway"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// demoPartners are fictional desks of real services: the stories name them.
func demoPartners() []access.AddPartner {
	ncb := func(code, name string) access.AddPartner {
		return access.AddPartner{Code: verification.PartnerCode(code), Name: name, Country: code, Kind: string(directory.NCB)}
	}
	return []access.AddPartner{
		ncb("NG", "IP Abuja"), ncb("KE", "IP Nairobi"), ncb("SG", "IP Singapore"), ncb("TH", "IP Bangkok"),
		ncb("MW", "IP Lilongwe"), ncb("KH", "IP Phnom Penh"), ncb("AO", "IP Luanda"), ncb("CM", "IP Yaounde"),
		ncb("MX", "IP Mexico City"),
		{Code: "NL", Name: "Liaison officer (fictional)", Country: "NL", Kind: string(directory.Police)},
		{Code: "BE", Name: "Customs (fictional desk)", Country: "BE", Kind: string(directory.Customs)},
		{Code: "TH-CUSTOMS", Name: "Customs liaison (fictional)", Country: "TH", Kind: string(directory.Customs)},
		{Code: "RILO-AP", Name: "RILO A/P (fictional analyst desk)", Kind: string(directory.RILO)},
		{Code: "WCO", Name: "WCO (fictional notice)", Kind: string(directory.International)},
	}
}

// PrepareDemo fills a demonstration: partners, persons with a key each, a campaign whose peak is on. A later start
// keeps keys and file, and appends a campaign version when the peak is over.
func (p *Parts) PrepareDemo(ctx context.Context, baseURL string) error {
	return p.prepareDemo(ctx, baseURL, func(context.Context, demo.Credentials) error { return nil })
}

// prepareDemo is PrepareDemo that lets the new people of a fresh demonstration do something. The file of their keys is
// written last: a start that is cut short before is one that was not.
func (p *Parts) prepareDemo(ctx context.Context, baseURL string, begin func(context.Context, demo.Credentials) error) error {
	for _, partner := range demoPartners() {
		if err := p.Registry.AddPartner(ctx, verification.System(), partner); err != nil {
			return fmt.Errorf("demonstration partner %s: %w", partner.Code, err)
		}
	}
	if err := p.demoCampaign(ctx); err != nil {
		return err
	}
	path := filepath.Join(p.Data, CredentialFile)
	keys, err := demo.ReadCredentials(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := p.peopleOfBefore(); err != nil {
			return err
		}
		if keys, err = p.demoPeople(ctx); err == nil {
			err = errors.Join(p.demoDuty(ctx), begin(ctx, keys))
		}
	case err == nil && keys.BaseURL == baseURL:
		return finishFirst(p.Data)
	}
	if err != nil {
		return err
	}
	keys.BaseURL = baseURL
	content, err := json.MarshalIndent(keys, "", "  ")
	if err != nil {
		return fmt.Errorf("write the credentials: %w", err)
	}
	if err := durable.Replace(path, append(content, '\n')); err != nil {
		return err
	}
	return finishFirst(p.Data)
}

// peopleOfBefore looks whether there are people though their keys are not here. Of a first start that was cut off they are of no
// use to anybody; else another gateway may have made them, or a release of before.
func (p *Parts) peopleOfBefore() error {
	switch {
	case len(p.Registry.Keyring().Principals()) == 0:
	case exists(filepath.Join(p.Data, firstFile)):
		return errCutOff
	default:
		p.Log.Warn("the record has people already whose keys are not in this directory: a first start was cut off, or another gateway made them; new people, and new requests, are made beside theirs: for a demonstration of its own empty the directory, or the servers, and start again")
	}
	return nil
}

func (p *Parts) demoCampaign(ctx context.Context) error {
	for _, c := range p.Registry.Directory().Campaigns() {
		if c.InPeak(p.Now()) {
			continue
		}
		if err := p.Registry.AddCampaign(ctx, verification.System(), c.Moved(p.Now())); err != nil {
			return fmt.Errorf("demonstration campaign %s: %w", c.ID, err)
		}
	}
	return nil
}

// person makes somebody of the demonstration and returns the key.
func (p *Parts) person(ctx context.Context, c access.CreatePrincipal, members ...access.Membership) (string, error) {
	by := verification.System()
	c.Person = gateway.NewPersonID()
	if err := p.Registry.Principal(ctx, by, c.Person, c); err != nil {
		return "", fmt.Errorf("demonstration person %s: %w", c.Label, err)
	}
	for _, m := range members {
		if err := p.Registry.Principal(ctx, by, c.Person, access.GrantMembership{Membership: m}); err != nil {
			return "", fmt.Errorf("demonstration person %s: %w", c.Label, err)
		}
	}
	result, err := p.issue(ctx, by, c.Person, access.Terms{})
	return result.Secret, err
}

// demoPeople makes everybody. The keeper is that of every default compartment. Both desk persons and the lead are members
// of all but that of precursors, one desk person as the keepers' deputy; in that one it is two persons whose keys nobody
// has: of what lies there, nobody who tries the demonstration knows but as its keeper.
func (p *Parts) demoPeople(ctx context.Context) (demo.Credentials, error) {
	c := demo.Credentials{Partners: map[string]string{}, Units: map[string]string{}, UnitLeads: map[string]string{}}
	var failed error
	add := func(who access.CreatePrincipal, members ...access.Membership) string {
		if failed != nil {
			return ""
		}
		var key string
		key, failed = p.person(ctx, who, members...)
		return key
	}
	for _, partner := range demoPartners() {
		c.Partners[string(partner.Code)] = add(access.CreatePrincipal{
			Label: partner.Name, Roles: []verification.Role{verification.RolePartner}, Partner: partner.Code,
		})
	}
	for _, u := range p.Registry.Directory().UnitsValid(p.Now()) {
		unit := verification.UnitCode(u.Code)
		c.Units[u.Code] = add(access.CreatePrincipal{Label: "Cán bộ đơn vị " + u.Code, Roles: []verification.Role{verification.RoleUnit}, Unit: unit})
		c.UnitLeads[u.Code] = add(access.CreatePrincipal{Label: "Lãnh đạo đơn vị " + u.Code, Roles: []verification.Role{verification.RoleUnitLead}, Unit: unit})
	}
	headquarters := func(label string, roles ...verification.Role) access.CreatePrincipal {
		return access.CreatePrincipal{Label: label, Roles: roles, Unit: verification.DeskUnit}
	}
	c.Desk = []string{
		add(headquarters("Cán bộ trực 1", verification.RoleDesk, verification.RoleKeeper), everywhere(true)...),
		add(headquarters("Cán bộ trực 2", verification.RoleDesk), everywhere(false)...),
	}
	c.Lead = add(headquarters("Lãnh đạo Phòng", verification.RoleLead), everywhere(false)...)
	c.Keeper = add(headquarters("Người giữ hồ sơ kín", verification.RoleKeeper), append(everywhere(true), precursors(true))...)
	add(headquarters("Keepers' deputy for precursors", verification.RoleDesk, verification.RoleKeeper), precursors(true))
	add(headquarters("Lead for precursors", verification.RoleLead), precursors(false))
	c.Supervisor = add(headquarters("Giám sát", verification.RoleSupervisor))
	c.Auditor = add(headquarters("Kiểm tra nội bộ", verification.RoleAuditor))
	return c, failed
}

// demoDuty puts keepers on duty for as long as a turn may last, so that what arrives sealed alarms somebody: the one who does
// nothing else, and the other as deputy.
func (p *Parts) demoDuty(ctx context.Context) error {
	everybody, now := p.Registry.Keyring().Principals(), p.Now()
	roster := access.RosterOf(everybody, now)
	for _, c := range marking.Defaults() {
		room := verification.Compartment(c)
		turn := access.Turn{From: now, Until: now.Add(31 * 24 * time.Hour)}
		for _, id := range roster.Keepers(room) {
			if slices.Contains(roster.Desk(room), id) {
				turn.Deputy = id
			} else {
				turn.Person = id
			}
		}
		if err := p.Registry.SetDuty(ctx, verification.System(), access.SetDuty{Compartment: room, Turn: turn}); err != nil {
			return fmt.Errorf("demonstration duty: %w", err)
		}
	}
	return nil
}

// everywhere is but in the compartment of precursors.
func everywhere(keeper bool) []access.Membership {
	var out []access.Membership
	for _, c := range marking.Defaults() {
		if c == marking.Precursor {
			continue
		}
		out = append(out, access.Membership{Compartment: verification.Compartment(c), Keeper: keeper})
	}
	return out
}

func precursors(keeper bool) access.Membership {
	return access.Membership{Compartment: verification.Compartment(marking.Precursor), Keeper: keeper}
}

// exists says whether a file is there. One that may not be looked at is not absent: whoever opens it is told why that fails.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
