package project

import "syscall"

// StampOf stamps a file, or the file that a link leads to.
func StampOf(path string) Stamp {
	var s syscall.Stat_t
	if err := syscall.Stat(path, &s); err != nil {
		return Stamp{}
	}
	return Stamp{Size: s.Size, Modified: s.Mtim.Nano(), Changed: s.Ctim.Nano(), Node: s.Ino ^ s.Dev<<48}
}
