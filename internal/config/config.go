// Package config holds the settings of every command: flags, environment and defaults in one struct each. All problems
// are reported together. Secrets are never settings: they are files in the data directory.
package config

import (
	"errors"
	"time"
)

// CLI is the whole command line.
type CLI struct {
	Serve    Serve    `cmd:"" help:"Run the gateway. Without --nats and --redis everything runs inside this process."`
	Check    Check    `cmd:"" help:"Check reference data, policies, schemas and the data directory, on demand for real cases, and exit."`
	Rebuild  Rebuild  `cmd:"" help:"Destroy again the keys of what is erased, and make the board (Redis) and the queues (QUEUE) again from the record."`
	Verify   Verify   `cmd:"" help:"Compare the record with its ledger and its keys, and the board and the queues with the record; exits 1 and names each difference."`
	Person   Person   `cmd:"" help:"Create people, propose and confirm what is open to them and how they are recognised."`
	Key      Key      `cmd:"" help:"Create partners' persons and systems, issue and revoke API keys."`
	Partner  Partner  `cmd:"" help:"Add partners beside those of the reference data, and list them."`
	Unit     Unit     `cmd:"" help:"List the units."`
	Calendar Calendar `cmd:"" help:"List the versions of the calendars, and add decreed days without a restart."`
	Evidence Evidence `cmd:"" help:"Make and check files that prove what the record holds of a request; look after the room of what is kept of who read what."`
	Erasure  Erasure  `cmd:"" help:"Look on the disks of the nodes for the keys of what is erased."`
	Backup   Backup   `cmd:"" help:"Take backups, end them, and bring one back."`
	Demo     Demo     `cmd:"" help:"Play the fictional stories through the public API of a running demonstration."`
}

// Stores says where the parts run and where their files are. Passwords and keys are files; an address with a password in it
// comes by the environment, never as an argument, which everybody on the machine can read.
type Stores struct {
	Data     string `help:"Directory of keys, locks and the embedded record. Created with mode 0700." default:"var/data" env:"VERIGATE_DATA" type:"path"`
	RootKey  string `help:"File of the root key, kept apart from the data and its backups. Absent: root.key under --data. Made at the first start." env:"VERIGATE_ROOT_KEY" type:"path" placeholder:"FILE"`
	Transit  string `help:"File that describes a transit endpoint (Vault, OpenBao) whose key is the root key (deploy/README.md). Absent: the root key is a file." env:"VERIGATE_TRANSIT" type:"path" placeholder:"FILE"`
	NATS     string `help:"URL of NATS servers with JetStream. Absent: a server inside this process, its files under --data." name:"nats" env:"VERIGATE_NATS" placeholder:"URL"`
	Redis    string `help:"Address host:port of a Redis server. Absent: miniredis inside this process, for a first run and for tests only." name:"redis" env:"VERIGATE_REDIS" placeholder:"ADDR"`
	Replicas int    `help:"Replicas of each stream: 1, or 3 in a cluster." default:"1" enum:"1,3" env:"VERIGATE_REPLICAS"`

	Witness       string        `help:"Directory of another host, mounted here, to which each checkpoint of the ledger and each erasure is given. Absent: nobody outside knows of a record that is rolled back." env:"VERIGATE_WITNESS" type:"path" placeholder:"DIR"`
	KeysBackups   time.Duration `help:"How long copies of the stream KEYS are kept that verigate backup has not made, such as of whole disks, in hours. Absent: there are none." env:"VERIGATE_KEYS_BACKUPS" placeholder:"2160h"`
	EvidenceQuota int64         `help:"Bytes of evidence of who read what that are kept; beyond them no content from L2 up is shown. It can be made larger and never smaller. Absent: 8 GiB." name:"evidence-quota" env:"VERIGATE_EVIDENCE_QUOTA" placeholder:"BYTES"`

	NATSKey       string `help:"File with the seed of the NKey that the gateway is known by at NATS, where the URL has no user." name:"nats-nkey-file" env:"VERIGATE_NATS_NKEY_FILE" type:"path" placeholder:"FILE"`
	NATSSystemKey string `help:"File with the seed of an NKey of the system account at NATS, by which the servers are asked once whether they sync always." name:"nats-system-nkey-file" env:"VERIGATE_NATS_SYSTEM_NKEY_FILE" type:"path" placeholder:"FILE"`
	NATSCA        string `help:"File with the certificates that those of the NATS servers are checked against. Absent: the system's." name:"nats-ca" env:"VERIGATE_NATS_CA" type:"path" placeholder:"FILE"`
	RedisUser     string `help:"User at the Redis server. Absent: the default user." env:"VERIGATE_REDIS_USER" placeholder:"NAME"`
	RedisPassword string `help:"File with the password at the Redis server." name:"redis-password-file" env:"VERIGATE_REDIS_PASSWORD_FILE" type:"path" placeholder:"FILE"`
	RedisTLS      bool   `help:"Speak TLS to the Redis server." name:"redis-tls" env:"VERIGATE_REDIS_TLS"`
	RedisCA       string `help:"File with the certificates that the Redis server's is checked against. Absent: the system's." name:"redis-ca" env:"VERIGATE_REDIS_CA" type:"path" placeholder:"FILE"`
}

// leastEvidence is the smallest quota in bytes: a message has up to 1 MiB.
const leastEvidence = 1 << 20

// Validate refuses settings that would be ignored.
func (s Stores) Validate() error {
	switch {
	case s.NATS == "" && (s.NATSKey != "" || s.NATSSystemKey != "" || s.NATSCA != ""):
		return errors.New("--nats-nkey-file, --nats-system-nkey-file and --nats-ca are for servers of their own: name them with --nats")
	case s.Redis == "" && (s.RedisUser != "" || s.RedisPassword != "" || s.RedisTLS || s.RedisCA != ""):
		return errors.New("--redis-user, --redis-password-file, --redis-tls and --redis-ca are for a server of its own: name it with --redis")
	case s.EvidenceQuota < 0 || s.EvidenceQuota > 0 && s.EvidenceQuota < leastEvidence:
		return errors.New("--evidence-quota is in bytes, at least 1048576")
	case s.RedisCA != "" && !s.RedisTLS:
		return errors.New("--redis-ca counts with --redis-tls only")
	case s.KeysBackups < 0:
		return errors.New("--keys-backups is how long copies are kept, in hours: 2160h; leave it out when there are none")
	case s.RedisUser != "" && s.RedisPassword == "":
		return errors.New("--redis-user needs --redis-password-file")
	}
	return s.addresses()
}

// Serve is the gateway itself.
type Serve struct {
	Stores
	Listen     string `help:"Address of the REST API. A demonstration listens on loopback only." default:"127.0.0.1:8080" env:"VERIGATE_LISTEN" placeholder:"ADDR"`
	Metrics    string `help:"Address of /metrics. Absent: none." env:"VERIGATE_METRICS" placeholder:"ADDR"`
	Demo       bool   `help:"Serve a demonstration: fictional partners, units and keys, a campaign whose peak starts today. Marks the record as a demonstration for good." xor:"run"`
	Empty      bool   `help:"With --demo: begin without the twelve requests that a fresh demonstration shows."`
	Production bool   `help:"Run for real: API keys, certificates and signatures cannot claim, edit, review, release, extend, refuse, recall or seal; persons who signed in can. Refuses to start on any finding of verigate check --production. Not with --demo." env:"VERIGATE_PRODUCTION" xor:"run"`
	Door
	Rules
	Provider
	Drain time.Duration `help:"How long requests under way may take to end on a stop." default:"10s"`

	ClockIsRight bool `help:"Start although the record was last written to more than 30 days ago by this machine's clock: somebody has looked at the clock." name:"clock-is-right"`
}

// Validate refuses a stop that would end what is under way.
func (s Serve) Validate() error {
	if s.Drain < 0 {
		return errors.New("--drain is how long requests under way may take to end on a stop, such as 10s: less than nothing ends none of them in order")
	}
	return nil
}

// Provider is where people sign in beside local accounts.
type Provider struct {
	OIDC string `help:"File that describes the OpenID provider at which people sign in (deploy/README.md). Absent: local accounts only." name:"oidc" env:"VERIGATE_OIDC" type:"path" placeholder:"FILE"`
}

// Door is how the REST API is reached: with TLS of its own, or without on loopback and behind what ends TLS.
type Door struct {
	Origin      string   `help:"Scheme and host under which partners reach the API, such as https://gateway.example: signed calls are checked against it, never against Host. Absent: signed calls are refused." env:"VERIGATE_ORIGIN" placeholder:"URL"`
	Limits      string   `help:"File of limits in the form of deploy/data/limits.json. Absent: those." env:"VERIGATE_LIMITS" type:"path" placeholder:"FILE"`
	ProxyCIDR   []string `help:"Networks of proxies, whose connections all begin with a PROXY header of version 2 that names the client. Absent: nobody sends one." name:"proxy-cidr" env:"VERIGATE_PROXY_CIDR" placeholder:"CIDR"`
	TLSCert     string   `help:"PEM of the certificate and its intermediates. Read again when it changes. Absent: no TLS." name:"tls-cert" env:"VERIGATE_TLS_CERT" placeholder:"FILE"`
	TLSKey      string   `help:"PEM of its key, mode 0600 or 0640. Read again when it changes." name:"tls-key" env:"VERIGATE_TLS_KEY" placeholder:"FILE"`
	TLSClientCA string   `help:"PEM of the authorities that certificates of clients must come from. Absent: they are asked for and known by their hash alone." name:"tls-client-ca" env:"VERIGATE_TLS_CLIENT_CA" placeholder:"FILE"`
	TLS12       bool     `help:"Speak TLS 1.2 too, in forward secret suites, for browsers that have no 1.3." name:"tls12" env:"VERIGATE_TLS12"`
}

// Validate looks at what the flags are together.
func (d Door) Validate() error {
	switch {
	case (d.TLSCert == "") != (d.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case d.TLSCert == "" && (d.TLSClientCA != "" || d.TLS12):
		return errors.New("--tls-client-ca and --tls12 need --tls-cert")
	}
	return nil
}

// Rules are what the customer sets beside what is delivered.
type Rules struct {
	Retention string `help:"File of retention rules in the form of deploy/data/retention.csv: how long what is kept. Absent: those." env:"VERIGATE_RETENTION" type:"path" placeholder:"FILE"`
}

// Check looks and changes nothing. The settings are those of the gateway that it is about.
type Check struct {
	Stores
	Door
	Rules
	Provider
	Production bool `help:"Also whether a gateway with these settings may take real cases: each finding with what to do. One that runs over the data is asked about its own."`
}

// Rebuild makes derived state again.
type Rebuild struct{ Stores }

// Verify compares.
type Verify struct{ Stores }

// Key administers principals.
type Key struct {
	Acting
	Create      KeyCreate      `cmd:"" help:"Create a person or a system and show its first key, once."`
	Issue       KeyIssue       `cmd:"" help:"Issue a further key to a person or system and show it, once."`
	Signer      KeySigner      `cmd:"" help:"Let a system sign its calls with an Ed25519 key, and show the id that its signatures name."`
	Certificate KeyCertificate `cmd:"" help:"Bind a client certificate to a person or system, and show its id."`
	TLS         KeyTLS         `cmd:"" name:"tls" help:"Say what the bound certificates of a person or system are good for."`
	Rotate      KeyRotate      `cmd:"" help:"Issue a key in place of another one, which stays good for a while, and show it, once."`
	Revoke      KeyRevoke      `cmd:"" help:"Revoke a key, a signer or a certificate."`
	Disable     KeyDisable     `cmd:"" help:"End all that a person or system may do."`
	Root        KeyRoot        `cmd:"" help:"Look after the root key: what is under which, and another one in its place while gateways serve."`
	Receipt     KeyReceipt     `cmd:"" help:"Look after the key that signs receipts."`
	Group       KeyGroup       `cmd:"" help:"Look after the keys of months."`
	List        KeyList        `cmd:"" help:"List persons, systems, the ids of their keys, and when each was used last."`
}

// KeyCreate makes a principal.
type KeyCreate struct {
	Stores
	KeyTerms
	Label   string   `help:"What pages show in place of a name." required:""`
	Roles   []string `help:"PARTNER. Other roles are proposed and confirmed (verigate person), but in a demonstration." required:"" name:"role"`
	Partner string   `help:"Code of the partner that it belongs to."`
	Unit    string   `help:"Code of the unit that it belongs to, one of today: KVIII; desk persons: A1K1."`
	System  bool     `help:"It is a program, not a person."`
}

// KeyDisable ends a principal.
type KeyDisable struct {
	Stores
	Person string `arg:"" help:"Id of the person or system."`
	Reason string `help:"Why."`
}

// KeyList lists.
type KeyList struct{ Stores }

// Calendar administers the days on which nobody works, or everybody does.
type Calendar struct {
	List   CalendarList   `cmd:"" help:"List the versions, the years that they cover and the days that were decreed."`
	Decree CalendarDecree `cmd:"" help:"Make a new version of the calendars with decreed days. Open requests keep theirs until they are re-pinned."`
}

// CalendarList lists.
type CalendarList struct{ Stores }

// CalendarDecree is one day by flags, or several by a file.
type CalendarDecree struct {
	Stores
	Date     string `help:"The day, such as 2026-12-31." placeholder:"DATE" xor:"what"`
	File     string `help:"Several days, such as a swap: {\"days\": [...]} in the form of deploy/data/calendars; \"to\" adds covered years." type:"existingfile" placeholder:"FILE" xor:"what"`
	Off      bool   `help:"Nobody works on the day." xor:"kind"`
	WorkFor  string `help:"The day is worked instead of that day off, with its hours." name:"work-for" placeholder:"DATE" xor:"kind"`
	Ordinary bool   `help:"The day has the hours of its weekday: takes back what was decreed." xor:"kind"`
	NameVI   string `help:"What people call the day, in Vietnamese." name:"name-vi"`
	NameEN   string `help:"And in English." name:"name-en"`
	Source   string `help:"Where it is decreed, in words."`
}

// Validate looks at what the flags are together; what the days mean, the calendar judges.
func (d CalendarDecree) Validate() error {
	kind := d.Off || d.WorkFor != "" || d.Ordinary
	switch {
	case d.Date == "" && d.File == "":
		return errors.New("name the day with --date, or several with --file")
	case d.File != "" && (kind || d.NameVI != "" || d.NameEN != "" || d.Source != ""):
		return errors.New("--file holds whole days: leave out the flags that describe one")
	case d.File == "" && !kind:
		return errors.New("say what the day is: --off, --work-for=DATE or --ordinary")
	case d.File == "" && (d.NameVI == "" || d.NameEN == ""):
		return errors.New("a day has a name in both languages: --name-vi and --name-en")
	}
	return nil
}

// Demo plays the stories.
type Demo struct {
	Data    string   `help:"Data directory of the running demonstration, whose demo-credentials.json is read." default:"var/demo" env:"VERIGATE_DATA" type:"path"`
	Stories []string `arg:"" optional:"" help:"Stories to play, such as S01 S12. Absent: all."`
	Plain   bool     `help:"No colour, also on a terminal."`
}
