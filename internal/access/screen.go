package access

import (
	"slices"
	"strings"

	"verigate/internal/verification"
)

// The commands on a screen: a device on a wall, which is a principal of its own. Its key is drawn before anybody knows
// whose it will be (package screen), and counts from the moment in which it is paired.
type (
	// PairScreen makes a principal of a device that holds a key. It shows what its unit has to do; the desk's unit's shows
	// all that headquarters sees.
	PairScreen struct {
		Label string
		Unit  verification.UnitCode
		Key   verification.KeyID
		Hash  Hash
	}

	// RemoveScreen ends all that the device may read.
	RemoveScreen struct{}
)

func (PairScreen) command()   {}
func (RemoveScreen) command() {}

// screenCommand is one of this file.
type screenCommand interface {
	Command
	screen()
}

func (PairScreen) screen()   {}
func (RemoveScreen) screen() {}

// ScreenOf names the principal that the holder of a key becomes by being paired: of two who pair one device at once the
// record lets one.
func ScreenOf(key verification.KeyID) verification.PersonID {
	return verification.PersonID("p_" + string(key))
}

// IsScreen says whether the principal is a device on a wall, removed ones too.
func (p Principal) IsScreen() bool { return p.Has(verification.RoleScreen) }

func (p Principal) decideScreen(s verification.Stamp, c Command) ([]Event, error) {
	if !s.By.Has(verification.RoleLead) && !s.By.Has(verification.RoleOperator) {
		return nil, refuse(verification.NotPermitted, "screens are the head of the desk's and an operator's to pair and to remove")
	}
	pair, pairs := c.(PairScreen)
	switch {
	case pairs:
		return p.pair(pair)
	case !p.IsScreen():
		return nil, refuse(UnknownPrincipal, "there is no such screen")
	case p.Disabled:
		return nil, nil
	}
	return []Event{PrincipalDisabled{}}, nil
}

func (p Principal) pair(c PairScreen) ([]Event, error) {
	created := PrincipalCreated{
		Person: ScreenOf(c.Key), System: true, Label: c.Label, Roles: []verification.Role{verification.RoleScreen}, Unit: c.Unit,
	}
	known, _ := p.Key(c.Key)
	switch {
	case p.ID != "" && !p.Disabled && p.sameAs(created) && known.Hash == c.Hash:
		return nil, nil
	case p.ID != "":
		return nil, refuse(verification.AlreadyExists, "the device was paired before: it shows another code by now")
	case strings.TrimSpace(c.Label) == "" || len(c.Label) > 200:
		return nil, refuse(IDInvalid, "a screen needs a label of at most 200 bytes")
	case !token(string(c.Unit), 20):
		return nil, refuse(BindingInvalid, "a screen belongs to one unit")
	}
	if err := checkNew(c.Key, c.Hash, false); err != nil {
		return nil, err
	}
	return []Event{created, KeyIssuedV2{Key: c.Key, Hash: c.Hash}}, nil
}

// Screens are those of the principals that are screens in use, in their order.
func Screens(all []Principal) []Principal {
	return slices.DeleteFunc(slices.Clone(all), func(p Principal) bool { return !p.IsScreen() || p.Disabled })
}
