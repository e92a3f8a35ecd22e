// Package envfiles tests the files of internal/backendenv with the programs that read
// them. It is a module of its own, so that the provider does not depend on these.
package envfiles
