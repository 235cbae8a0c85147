// Package transit is a root key that another machine keeps and never hands out: a key of the transit secrets engine, as
// Vault and OpenBao have it. It is seal.RootKey by three calls of their HTTP API (developer.hashicorp.com/vault/api-docs/secret/transit,
// openbao.org/api-docs/secret/transit):
//
//	GET  /v1/<mount>/keys/<key>      the newest version, and whether the key is of a kind that binds associated data
//	POST /v1/<mount>/encrypt/<key>   {"plaintext", "associated_data"}  → data.ciphertext "vault:v3:…"
//	POST /v1/<mount>/decrypt/<key>   {"ciphertext", "associated_data"} → data.plaintext
//
// A rotation decrypts and encrypts. POST …/rewrap takes no associated data, without which a ciphertext of ours does not
// open: what is wrapped is bound to the id of the key inside, so that none can be put in another's place.
//
// A call may take three seconds and is tried three times; nothing of an answer is told but what kind of answer it was.
package transit
