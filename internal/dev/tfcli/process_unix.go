//go:build unix

package tfcli

import (
	"os/exec"
	"syscall"
)

// interruptable makes a command the leader of a process group, which a Ctrl-C
// at the terminal does not reach, and interrupts the group when the command's
// context ends: just once, for a second interrupt makes the CLI drop its work.
func interruptable(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}

// killGroup ends what is left of the group, such as providers whose CLI was
// killed because it did not stop in time.
func killGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // fails when nothing is left, the usual case
	}
}
