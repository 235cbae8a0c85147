package session

// Take gives the book a change as Catch does.
func Take(b *Book, c Change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(c)
}
