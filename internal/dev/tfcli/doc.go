// Package tfcli runs the real terraform or tofu with a fresh build of this
// provider, offline and untouched by the machine's own settings, and measures what
// a command uses. It also finds the repository and fills the parts of its pages that
// programs write. Tests, the demo and the benchmarks use it; the provider does not.
package tfcli
