package config

// Erasure is proved where the files are.
type Erasure struct {
	Acting
	List ErasureList `cmd:"" help:"List what is erased: when its keys were destroyed here, and until when a backup of KEYS may hold them."`
	Keys ErasureKeys `cmd:"" help:"Print the ids of the keys that the record says are erased, one a line: what a scan looks for. They tell of nobody."`
	Scan ErasureScan `cmd:"" help:"Look for these keys in all files below the store directories of a node; exits 1 and names file and offset while one is there, or when it cannot tell."`
	Note ErasureNote `cmd:"" help:"Keep in the record that every node was searched and has none of the keys, by the reports of verigate erasure scan: from then on that is erased here."`
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

	Node   string `help:"Name of the node, server_name as it is configured; with --report." and:"report" placeholder:"NAME"`
	Report string `help:"File to write, which must not exist, when nothing was found: what verigate erasure note takes." and:"report" type:"path" placeholder:"FILE"`
}

// ErasureNote hands in what was found on all nodes.
type ErasureNote struct {
	Stores
	Reports []string `arg:"" help:"The reports of all nodes." type:"existingfile"`
}
