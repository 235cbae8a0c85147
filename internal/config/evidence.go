package config

// Evidence proves to whoever has no gateway what the record holds, and looks after the room of what is kept of who read what.
type Evidence struct {
	Acting
	Bundle      EvidenceBundle      `cmd:"" help:"Make a file that proves what the record holds of a request: sealed bytes, headers, ids and proofs, no content."`
	Check       EvidenceCheck       `cmd:"" help:"Check such a file, without a server and without data; exits 1 and names everything that is wrong."`
	Keys        EvidenceKeys        `cmd:"" help:"Print the public keys that bundles and checkpoints are checked with: a trust file."`
	Room        EvidenceRoom        `cmd:"" help:"Show how much there is, and for how much there is room."`
	OpenReserve EvidenceOpenReserve `cmd:"" name:"open-reserve" help:"Let it have an eighth more than its quota, for good: after an alarm, while the disk is made larger."`
	BeginAgain  EvidenceBeginAgain  `cmd:"" name:"begin-again" help:"Begin it anew where it is lost and no backup has it. What was in it does not come back."`
}

// EvidenceBundle makes a bundle.
type EvidenceBundle struct {
	Stores
	Request string `arg:"" help:"Id of the request."`
	Out     string `help:"File to write, which must not exist. Absent: ID.bundle in this directory." type:"path" placeholder:"FILE"`
	Since   string `help:"An earlier bundle, or a checkpoint of the witness: the new one proves that it goes on from there." type:"existingfile" placeholder:"FILE"`
	Receipt string `help:"A partner's receipt (JWS) of the request: the bundle shows the head of the ledger to which it commits." type:"existingfile" placeholder:"FILE"`
}

// EvidenceCheck checks a bundle.
type EvidenceCheck struct {
	File    string `arg:"" help:"The bundle." type:"existingfile"`
	Trust   string `help:"Trusted keys, one a line, as verigate evidence keys prints them; from elsewhere than the bundle. Absent: who signed stays unknown." type:"existingfile" placeholder:"KEYS"`
	Since   string `help:"An earlier bundle of the same request, or a checkpoint of the witness, that must still hold." type:"existingfile" placeholder:"FILE"`
	Receipt string `help:"A partner's receipt (JWS) that must be of the same request, and made after a head of the ledger that the bundle shows." type:"existingfile" placeholder:"FILE"`
}

// EvidenceKeys prints keys.
type EvidenceKeys struct {
	Stores
	Rotate bool `help:"Sign with a new key from now on. The old one stays among the keys, without its private half."`
}

// EvidenceRoom shows.
type EvidenceRoom struct{ Stores }

// EvidenceOpenReserve goes on with a quota that is used up.
type EvidenceOpenReserve struct{ Stores }

// EvidenceBeginAgain goes on without what is lost.
type EvidenceBeginAgain struct{ Stores }
