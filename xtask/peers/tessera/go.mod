// The peer of `cargo xtask bench tessera`. In this folder, with Go: go mod tidy; go build -o PEER/ ./throughput ./fsck
module truceline.local/peer

go 1.25.8

require (
	github.com/transparency-dev/merkle v0.0.3-0.20260727102338-4491f478b7dc
	github.com/transparency-dev/tessera v1.0.3-0.20260821100830-1811ae1a7c40
	golang.org/x/mod v0.39.0
)
