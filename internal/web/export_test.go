package web

// Patterns are those of the pages of all groups, for a test that leaves none out.
func Patterns() (all []string) {
	for _, g := range groups(Parts{}) {
		for _, p := range g.Pages {
			all = append(all, p.Pattern)
		}
	}
	return all
}
