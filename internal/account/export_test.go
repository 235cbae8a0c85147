package account

// Occupy takes n places of the hasher until the returned function gives one back.
func Occupy(h *Hasher, n int) (leave func()) {
	for range n {
		h.slots <- struct{}{}
	}
	return func() { <-h.slots }
}
