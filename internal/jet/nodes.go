package jet

import (
	"context"
	"slices"
)

// KeyNodes names the servers that have a replica of KEYS, as they are named in their configurations; none when the server
// is no cluster.
func (c *Conn) KeyNodes(ctx context.Context) (names []string, err error) {
	err = c.insist(ctx, "nodes of "+keyStream, func(ctx context.Context, _ int) error {
		s, err := c.js.Stream(ctx, keyStream)
		if err != nil {
			return err
		}
		names = nil
		cluster := s.CachedInfo().Cluster
		if cluster == nil {
			return nil
		}
		if cluster.Leader == "" {
			return errAgain
		}
		names = append(names, cluster.Leader)
		for _, r := range cluster.Replicas {
			names = append(names, r.Name)
		}
		slices.Sort(names)
		return nil
	})
	return names, err
}
