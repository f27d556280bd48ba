// Tessera's own check of a log (its fsck package with the leaf hasher of its command, RFC 6962 over C2SP entry bundles).
package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

func hasher(bundle []byte) ([][]byte, error) {
	eb := &api.EntryBundle{}
	if err := eb.UnmarshalText(bundle); err != nil {
		return nil, fmt.Errorf("unmarshal: %v", err)
	}
	r := make([][]byte, 0, len(eb.Entries))
	for _, e := range eb.Entries {
		h := rfc6962.DefaultHasher.HashLeaf(e)
		r = append(r, h[:])
	}
	return r, nil
}

func main() {
	at := flag.String("url", "", "file:///... or http://...")
	key := flag.String("key", "", "file with the verifier key")
	flag.Parse()
	must := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "fsck failed:", err)
			os.Exit(1)
		}
	}
	text, err := os.ReadFile(*key)
	must(err)
	line := string(text)
	for i := range line {
		if line[i] == '\n' {
			line = line[:i]
			break
		}
	}
	v, err := note.NewVerifier(line)
	must(err)
	u, err := url.Parse(*at)
	must(err)
	var src fsck.Fetcher
	if u.Scheme == "file" {
		src = &client.FileFetcher{Root: u.Path}
	} else {
		src, err = client.NewHTTPFetcher(u, nil)
		must(err)
	}
	must(fsck.New(v.Name(), v, src, hasher, fsck.Opts{N: 2}).Check(context.Background()))
	fmt.Println("ok")
}
