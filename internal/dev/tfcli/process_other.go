//go:build !unix

package tfcli

import "os/exec"

// interruptable leaves a command as it is: without process groups it is killed
// when its context ends.
func interruptable(*exec.Cmd) {}

func killGroup(*exec.Cmd) {}
