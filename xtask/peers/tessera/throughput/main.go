// Throughput of Tessera's POSIX driver: each worker adds an entry and waits until it has its index. Prints one JSON line.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	dir := flag.String("dir", "", "folder of the log")
	batch := flag.Uint("batch", 256, "")
	age := flag.Duration("age", time.Millisecond, "")
	workers := flag.Int("workers", 512, "")
	seconds := flag.Float64("seconds", 4, "")
	size := flag.Int("size", 256, "")
	count := flag.Int("count", 0, "end after so many entries")
	origin := flag.String("origin", "peer.example/log", "")
	flag.Parse()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	must(os.MkdirAll(*dir, 0o755))
	skey, vkey, err := note.GenerateKey(rand.Reader, *origin)
	must(err)
	must(os.WriteFile(filepath.Join(*dir, "log.vkey"), []byte(vkey+"\n"), 0o644))
	signer, err := note.NewSigner(skey)
	must(err)
	driver, err := posix.New(ctx, posix.Config{Path: *dir})
	must(err)
	opts := tessera.NewAppendOptions().WithCheckpointSigner(signer).
		WithCheckpointInterval(500 * time.Millisecond).WithBatching(*batch, *age)
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, opts)
	must(err)
	var mu sync.Mutex
	var waits []float64
	var wg sync.WaitGroup
	begin := time.Now()
	end := begin.Add(time.Duration(*seconds * float64(time.Second)))
	each := 1 << 62
	if *count > 0 {
		each = *count / *workers
		end = begin.Add(time.Hour)
	}
	for w := 0; w < *workers; w++ {
		wg.Add(1)
		go func(w int) {
			defer wg.Done()
			own := []float64{}
			for n := 0; n < each && time.Now().Before(end); n++ {
				b := make([]byte, *size)
				for i := range b {
					b[i] = byte(w*31 + n*7 + i)
				}
				at := time.Now()
				_, err := appender.Add(ctx, tessera.NewEntry(b))()
				must(err)
				own = append(own, time.Since(at).Seconds()*1e3)
			}
			mu.Lock()
			waits = append(waits, own...)
			mu.Unlock()
		}(w)
	}
	wg.Wait()
	taken := time.Since(begin).Seconds()
	must(shutdown(ctx))
	sort.Float64s(waits)
	at := func(q float64) float64 { return waits[min(len(waits)-1, int(q*float64(len(waits))))] }
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"workers": *workers, "batch": *batch, "entries": len(waits), "entries_s": float64(len(waits)) / taken, "p50_ms": at(.5), "p99_ms": at(.99)}))
}
