//go:build !linux

package main

// providerWatch measures nothing: only Linux says what another process has used.
type providerWatch struct{}

func watchProviders(string) *providerWatch { return &providerWatch{} }

func (*providerWatch) stop() float64 { return 0 }
