package sla

// KnownWords returns the words of a code, false when it would be written as the code.
func KnownWords(code string) (Words, bool) {
	w, ok := words()[code]
	return w, ok
}
