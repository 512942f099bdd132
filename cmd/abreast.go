package cmd

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// abreast does work for every number below n, in their order and as many at once as there are processors. After an error, which it returns,
// no more is begun.
func abreast(n int, work func(i int) error) error {
	var (
		workers sync.WaitGroup
		next    atomic.Int64
		once    sync.Once
		failed  atomic.Bool
		first   error
	)
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && !failed.Load(); i = int(next.Add(1)) - 1 {
				if err := work(i); err != nil {
					once.Do(func() { first = err })
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	return first
}

// together does calls at once, as abreast does.
func together(calls ...func() error) error {
	return abreast(len(calls), func(i int) error { return calls[i]() })
}
