package production

import (
	"fmt"
	"slices"
	"strings"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// Code is the stable name of a finding.
type Code string

// The findings.
const (
	PlainListener   Code = "plain_listener"
	EmbeddedBoard   Code = "embedded_board"
	Demonstration   Code = "demonstration"
	RootKeyBeside   Code = "root_key_beside_data"
	ExposedFile     Code = "exposed_file"
	ClockUnchecked  Code = "clock_not_synchronised"
	NotDurable      Code = "sync_not_always"
	SyncUnverified  Code = "sync_not_verified"
	RightsTooWide   Code = "store_rights_too_wide"
	RightsUnknown   Code = "store_rights_not_verified"
	NoSecondFactor  Code = "no_second_factor"
	TooFewReviewers Code = "too_few_reviewers"
	TooFewLeads     Code = "too_few_leads"
	CompartmentGap  Code = "compartment_gap"
	NobodyOnDuty    Code = "nobody_on_duty"
)

// Finding is one thing that must be put right.
type Finding struct {
	Code   Code   `json:"code"`
	What   string `json:"what"`   // what is, and what may come of it
	Remedy string `json:"remedy"` // what to do
}

// Bars says whether a gateway of which that is found does not start. Who is on duty is said on the pages of one that runs:
// a night without must not keep it from starting again.
func (f Finding) Bars() bool { return f.Code != NobodyOnDuty }

// Sync is how much is known of the store's durability.
type Sync int

// The zero value is the worst.
const (
	SyncOther Sync = iota
	SyncUnknown
	SyncAlways
)

// Facts are what is known of a gateway. The zero value is a gateway of which everything is to be feared.
type Facts struct {
	TLS               bool     // the door speaks it
	RealBoard         bool     // Redis, not what is built in
	Real              bool     // the record is no demonstration
	RootKeyApart      bool     // from the data that it opens
	Exposed           []string // files with secrets that others may read
	ClockSynchronised bool
	Sync              Sync
	RightsTold        bool     // whether Rights are known
	Rights            []string // what the credential for the store may do though no gateway has to
	Persons           []Person
	Roster            access.Roster
	Uncovered         int // compartments with nobody on duty, or no deputy, now or within 24 hours
}

// Person is somebody who may sign in.
type Person struct {
	ID           verification.PersonID
	Roles        []verification.Role
	SecondFactor bool // a code beside the password, or a provider that answers for one
}

// The fewest persons with whom the desk works at any hour, one of them being away or having a conflict of interest: who
// edits a package does not release it, and a refusal, a recall and a keeper's appointment need a lead.
const (
	fewestReviewers = 3
	fewestLeads     = 2
)

// Findings lists everything that must be put right, in a fixed order; nothing when the gateway may take real cases.
func Findings(f Facts) []Finding {
	var found []Finding
	say := func(wrong bool, code Code, what, remedy string) {
		if wrong {
			found = append(found, Finding{Code: code, What: what, Remedy: remedy})
		}
	}
	say(!f.TLS, PlainListener, "the door speaks plain HTTP: whoever is on the line reads requests and keys",
		"give a certificate by --tls-cert and --tls-key")
	say(!f.RealBoard, EmbeddedBoard, "the board is the built-in miniredis, which is for demonstrations: a full desk waits for each page",
		"run a redis-server and name it by --redis")
	say(!f.Real, Demonstration, "the record is a demonstration: its keys lie in a file, and its persons do not exist",
		"begin a new data directory without --demo; this one stays a demonstration for good")
	say(!f.RootKeyApart, RootKeyBeside, "the root key lies in the directory of the data that it opens: one copy or one stolen disk has both",
		"move root.key to a file of its own, away from the data and its backups, and name it by --root-key")
	for _, file := range f.Exposed {
		say(true, ExposedFile, "others on this machine may read "+file, "chmod 600 "+file+", and change what is in it")
	}
	say(!f.ClockSynchronised, ClockUnchecked, "this machine's clock is not synchronised: due times are told and recorded by it",
		"run chrony or systemd-timesyncd, and wait until it has a source")
	found = append(found, store(f)...)
	return append(found, people(f)...)
}

func store(f Facts) []Finding {
	var found []Finding
	switch f.Sync {
	case SyncAlways:
	case SyncUnknown:
		found = append(found, Finding{
			SyncUnverified, "nobody has seen that the store syncs each message before it acknowledges it: a power cut may lose acknowledged requests",
			"give --nats-system-nkey-file, a user of the system account, by which the servers are asked",
		})
	case SyncOther:
		found = append(found, Finding{
			NotDurable, "the store acknowledges before its disk has the bytes: a power cut loses acknowledged requests",
			"set sync_interval: always on every NATS server",
		})
	}
	switch {
	case !f.RightsTold:
		found = append(found, Finding{
			RightsUnknown, "the credential for the store may not ask what it may do: it may be wide enough to empty the record",
			"allow it to publish to $SYS.REQ.USER.INFO, as in deploy/nats/accounts.conf",
		})
	case len(f.Rights) > 0:
		found = append(found, Finding{
			RightsTooWide, "the credential for the store may administer it, " + some(f.Rights) + ": stolen, it empties the record",
			"give the gateway the allow-list of deploy/nats/accounts.conf, and keep the credential that creates streams elsewhere",
		})
	}
	return found
}

// some names the first few.
func some(all []string) string {
	const shown = 2
	if len(all) <= shown {
		return strings.Join(all, " and ")
	}
	return fmt.Sprintf("%s and %d more subjects", strings.Join(all[:shown], ", "), len(all)-shown)
}

func people(f Facts) []Finding {
	var found []Finding
	alone := slices.DeleteFunc(slices.Clone(f.Persons), func(p Person) bool { return p.SecondFactor })
	if len(alone) > 0 {
		var ids []string
		for _, p := range alone {
			ids = append(ids, string(p.ID))
		}
		found = append(found, Finding{
			NoSecondFactor, fmt.Sprintf("%d persons sign in without a second factor, %s: a password that is seen once opens cases", len(alone), some(ids)),
			"let each enrol a second factor at the next sign-in, or bind the identity of a provider that asks for one",
		})
	}
	if n := count(f.Persons, verification.RoleDesk); n < fewestReviewers {
		found = append(found, Finding{
			TooFewReviewers, fmt.Sprintf("%d persons have the role DESK: who edits a package may not release it, so that answers wait whenever one is away", n),
			fmt.Sprintf("give the role to at least %d persons", fewestReviewers),
		})
	}
	if n := count(f.Persons, verification.RoleLead); n < fewestLeads {
		found = append(found, Finding{
			TooFewLeads, fmt.Sprintf("%d persons have the role LEAD: refusals, recalls and extensions wait whenever one is away", n),
			fmt.Sprintf("give the role to at least %d persons", fewestLeads),
		})
	}
	for _, c := range marking.Defaults() {
		if gaps := f.Roster.Gaps(verification.Compartment(c)); len(gaps) > 0 {
			found = append(found, Finding{
				CompartmentGap, fmt.Sprintf("the compartment %s cannot work at any hour (%s): what arrives there waits unseen", c, list(gaps)),
				"make persons its members: two keepers, a lead, and a reviewer beside the keeper, three persons at least",
			})
		}
	}
	if f.Uncovered > 0 {
		found = append(found, Finding{
			NobodyOnDuty, fmt.Sprintf("%d compartments have nobody on duty, or no deputy, now or within 24 hours: nobody is alarmed of what arrives there", f.Uncovered),
			"let a keeper of each set who is on duty and who is the deputy, on the page of sealed matters",
		})
	}
	return found
}

func list(gaps []access.Gap) string {
	words := make([]string, len(gaps))
	for i, g := range gaps {
		words[i] = string(g)
	}
	return strings.Join(words, ", ")
}

func count(all []Person, role verification.Role) int {
	n := 0
	for _, p := range all {
		if slices.Contains(p.Roles, role) {
			n++
		}
	}
	return n
}
