// Package tfcli runs the real terraform or tofu with a fresh build of this
// provider, offline and untouched by the machine's own settings. Tests, the
// demo and the docs generator use it; the provider does not.
package tfcli
