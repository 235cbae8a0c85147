package retention

// Rule is one period: how long what is kept of whom.
type Rule struct {
	Name     string
	Campaign string // empty: any, and none
	Kind     Kind   // empty: both
	Months   int    // calendar months behind the day of closing
	From, To Day    // the first day in force, the first no longer; empty: without that bound
	Source   string // who set the period
}

// Kind is what a request is: verification.RequestKind's words.
type Kind string

// The kinds that rules may name.
const (
	KindRequest     Kind = "request"
	KindInformation Kind = "information"
)

// Rules are all of a file. They never change and are safe for concurrent use.
type Rules struct{ all []Rule }

// Group is what rules tell apart.
type Group struct {
	Campaign string
	Kind     Kind
}

// All are the rules, as they stand in the file.
func (r *Rules) All() []Rule { return append([]Rule(nil), r.all...) }

func (r Rule) of(g Group) bool {
	return (r.Campaign == "" || r.Campaign == g.Campaign) && (r.Kind == "" || r.Kind == g.Kind)
}

// during says whether the rule was in force on any day of a span, both ends included.
func (r Rule) during(first, last Day) bool {
	return r.From <= last && (r.To == "" || first < r.To)
}
