package access

import "verigate/internal/verification"

// Hears says whether a notice that is told a role is the caller's to read (policies/notices.cedar). Whether the caller
// may know of the matter at all is asked beside this (Visible), and a unit is told of its own tasks alone.
func Hears(c Caller, told verification.Role, sealed bool) bool {
	return askerOf(c).may(askHear, notice(told, sealed))
}
