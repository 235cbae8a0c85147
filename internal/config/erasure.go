package config

// Erasure is proved where the files are.
type Erasure struct {
	List ErasureList `cmd:"" help:"List what is erased: when its keys were destroyed here, and until when a backup of KEYS may hold them."`
	Keys ErasureKeys `cmd:"" help:"Print the ids of the keys that the record says are erased, one a line: what a scan looks for. They tell of nobody."`
	Scan ErasureScan `cmd:"" help:"Look for these keys in all files below the store directories of a node; exits 1 and names file and offset while one is there, or when it cannot tell."`
}

// ErasureList asks for nothing more.
type ErasureList struct{ Stores }

// ErasureKeys are of one request, or of all that are erased.
type ErasureKeys struct {
	Stores
	Request string `help:"Id of a request. Absent: all that are erased." placeholder:"ID"`
}

// ErasureScan needs no gateway and no data directory.
type ErasureScan struct {
	Dirs []string `arg:"" name:"dir" help:"Store directories of nats-server: store_dir as it is configured, which holds the streams and the Raft logs." type:"existingdir"`
	Keys string   `help:"File of ids of keys, as verigate erasure keys prints it." required:"" type:"existingfile" placeholder:"FILE"`
}
