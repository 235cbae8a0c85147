package deploy_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"verigate/internal/config"
)

// unit is a file of systemd: its settings in their order, comments left out.
type unit struct {
	name     string
	settings []string
}

// units are those of a kind.
func units(t *testing.T, kind string) (all []unit) {
	t.Helper()
	found, err := filepath.Glob("systemd/*" + kind)
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, path := range found {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		u := unit{name: filepath.Base(path)}
		for line := range strings.Lines(string(raw)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				u.settings = append(u.settings, line)
			}
		}
		all = append(all, u)
	}
	return all
}

// of are the values of a setting.
func (u unit) of(setting string) (values []string) {
	for _, line := range u.settings {
		if value, is := strings.CutPrefix(line, setting+"="); is {
			values = append(values, value)
		}
	}
	return values
}

// What a unit starts is a command line that the binary takes.
func TestTheUnitsOfSystemdStartWhatThereIs(t *testing.T) {
	t.Parallel()
	commands := map[string]string{
		"verigate.service": "serve", "verigate-backup.service": "backup take", "verigate-backup-expire.service": "backup expire",
		"verigate-verify.service": "verify",
	}
	for _, u := range units(t, ".service") {
		starts := u.of("ExecStart")
		if len(starts) != 1 {
			t.Fatalf("%s: starts %v", u.name, starts)
		}
		args := strings.Fields(starts[0])
		var cli config.CLI
		parser, err := kong.New(&cli, kong.Name("verigate"))
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.Parse(args[1:])
		if err != nil {
			t.Fatalf("%s: %v", u.name, err)
		}
		if args[0] != "/usr/local/bin/verigate" || parsed.Command() != commands[u.name] {
			t.Errorf("%s: starts %s %q, want %q", u.name, args[0], parsed.Command(), commands[u.name])
		}
		var writes []string // beside the data directory
		switch parsed.Command() {
		case "backup take":
			writes = []string{cli.Backup.Take.Out, cli.Backup.Take.Keyring}
		case "backup expire":
			writes = []string{cli.Backup.Expire.Keyring}
		}
		for _, setting := range []string{"ReadWritePaths", "RequiresMountsFor"} {
			if got := strings.Join(u.of(setting), " "); got != strings.Join(writes, " ") {
				t.Errorf("%s: %s=%s, and it writes to %v", u.name, setting, got, writes)
			}
		}
	}
}

// What the gateway gives to a witness it may write, under the name by which it takes the directory; and an unmounted one is not
// taken for it.
func TestTheServiceMayWriteToTheWitness(t *testing.T) {
	t.Parallel()
	all := units(t, ".service.d/witness.conf")
	if len(all) != 1 {
		t.Fatalf("%d drop-ins", len(all))
	}
	writes := strings.TrimPrefix(all[0].of("ReadWritePaths")[0], "-")
	name, dir, _ := strings.Cut(all[0].of("Environment")[0], "=")
	field, _ := reflect.TypeFor[config.Stores]().FieldByName("Witness")
	if name != field.Tag.Get("env") || filepath.Dir(dir) != writes || all[0].of("After")[0] != strings.Trim(writes, "/")+".mount" {
		t.Errorf("%s=%s, and the service may write to %s", name, dir, writes)
	}
}

// Whoever holds keys is as hardened as the gateway.
func TestTheUnitsOfSystemdAreHardenedAlike(t *testing.T) {
	t.Parallel()
	hardening := func(u unit) []string {
		from, to := slices.Index(u.settings, "StateDirectory=verigate"), slices.Index(u.settings, "SystemCallErrorNumber=EPERM")
		if from < 0 || to < from+20 {
			t.Fatalf("%s is not hardened", u.name)
		}
		return append(u.settings[from:to+1:to+1], u.of("User")[0], u.of("LimitCORE")[0], u.of("MemoryMax")[0])
	}
	all := units(t, ".service")
	for _, u := range all[1:] {
		if diff := cmp.Diff(hardening(all[0]), hardening(u)); diff != "" {
			t.Errorf("%s differs from %s:\n%s", u.name, all[0].name, diff)
		}
	}
}

// A timer starts a service of its name, makes good what was missed, and not all at one moment.
func TestTheTimersOfSystemdStartServices(t *testing.T) {
	t.Parallel()
	var services []string
	for _, u := range units(t, ".service") {
		services = append(services, strings.TrimSuffix(u.name, ".service"))
	}
	for _, u := range units(t, ".timer") {
		if !slices.Contains(services, strings.TrimSuffix(u.name, ".timer")) {
			t.Errorf("%s starts nothing", u.name)
		}
		for _, setting := range []string{"OnCalendar", "RandomizedDelaySec"} {
			if len(u.of(setting)) != 1 {
				t.Errorf("%s: %s %v", u.name, setting, u.of(setting))
			}
		}
		if !slices.Equal(u.of("Persistent"), []string{"true"}) || !slices.Equal(u.of("WantedBy"), []string{"timers.target"}) {
			t.Errorf("%s is not made good, or not started", u.name)
		}
	}
}
