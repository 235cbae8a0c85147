package app

import (
	"os"
	"path/filepath"

	"verigate/deploy"
	"verigate/internal/directory"
	"verigate/internal/retention"
)

// periods reads the retention rules of --retention, or those that are delivered.
func periods(file string) (*retention.Rules, error) {
	if file == "" {
		return retention.Load(deploy.Data, retention.File)
	}
	return retention.Load(os.DirFS(filepath.Dir(file)), filepath.Base(file))
}

// checkPeriods is what a start would say of them, but for campaigns that only the record knows.
func checkPeriods(file string, data *directory.Directory) error {
	rules, err := periods(file)
	if err != nil || data == nil {
		return err
	}
	return rules.Unknown(campaignOf(data))
}

// campaignOf says whether a campaign is known.
func campaignOf(d *directory.Directory) func(string) bool {
	return func(id string) bool {
		_, known := d.Campaign(id)
		return known
	}
}
