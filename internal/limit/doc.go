// Package limit says how much of the gateway anybody may have. What may be had is data, deploy/data/limits.json or the
// file of --limits, for a limit that fits one partner's load is changed without a release.
package limit
