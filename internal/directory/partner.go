package directory

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"verigate/internal/identifier"
)

// PartnerKind is the sort of a partner.
type PartnerKind string

// The sorts of partners: an INTERPOL bureau, a customs service, a regional
// intelligence liaison office, an international body, a police force.
const (
	NCB           PartnerKind = "ncb"
	Customs       PartnerKind = "customs"
	RILO          PartnerKind = "rilo"
	International PartnerKind = "international"
	Police        PartnerKind = "police"
)

// Partner is a foreign service that may send requests. Code is `NG`,
// `TH-CUSTOMS`, `RILO-AP`, `WCO`; Country is ISO 3166-1 alpha-2, empty for a body
// of several countries.
type Partner struct {
	Code    string      `json:"code"`
	Name    string      `json:"name"`
	Country string      `json:"country,omitempty"`
	Kind    PartnerKind `json:"kind"`
	Validity
}

// Partner finds a partner by its code, whatever its validity: callers that
// accept a request ask Holds.
func (d *Directory) Partner(code string) (Partner, bool) {
	p, ok := d.partners[code]
	return p, ok
}

// Partners lists all partners by code.
func (d *Directory) Partners() []Partner {
	list := make([]Partner, 0, len(d.partners))
	for _, p := range d.partners {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Partner) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// WithPartner adds a partner or replaces the one of the same code.
func (d *Directory) WithPartner(p Partner) (*Directory, error) {
	if err := p.checkPartner(); err != nil {
		return nil, fmt.Errorf("add partner: %w", err)
	}
	changed := d.copy()
	changed.partners[p.Code] = p
	return changed, nil
}

func (p Partner) checkPartner() error {
	var problems []error
	if !partnerCode(p.Code) || p.Name == "" {
		problems = append(problems, errors.New("a partner needs a name and a code of A-Z, 0-9 and hyphens"))
	}
	if p.Country != "" && identifier.Country(p.Country).Status != identifier.OK {
		problems = append(problems, errors.New("country is not ISO 3166-1"))
	}
	if !slices.Contains([]PartnerKind{NCB, Customs, RILO, International, Police}, p.Kind) {
		problems = append(problems, errors.New("kind is unknown"))
	}
	return errors.Join(append(problems, p.check())...)
}

// partnerCode is strict because codes become part of NATS subjects.
func partnerCode(code string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
	return len(code) >= 2 && len(code) <= 20 && strings.Trim(code, allowed) == "" && code[0] != '-'
}
