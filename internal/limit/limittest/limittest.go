// Package limittest has limits that nothing here reaches, for what is tested or measured beside them.
package limittest

import "verigate/internal/limit"

// Wide is a policy that refuses nobody.
func Wide() limit.Policy {
	often := limit.Rate{PerMinute: 60_000_000, Burst: 1_000_000}
	lanes, many := limit.Lanes{Reads: often, Writes: often}, limit.Bounds{Total: 1_000_000, OfOneCaller: 1_000_000}
	return limit.Policy{
		Version: "wide", Connections: limit.Connections{Total: 1_000_000, OfOneSource: 1_000_000}, Strangers: often, Urgent: often,
		Callers: limit.Callers{PartnerSystem: lanes, UnitSystem: lanes, Person: lanes}, AtOnce: many, Streams: many,
	}
}
