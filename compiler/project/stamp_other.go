//go:build !linux

package project

import "os"

// StampOf stamps a file, or the file that a link leads to.
func StampOf(path string) Stamp {
	info, err := os.Stat(path)
	if err != nil {
		return Stamp{}
	}
	return Stamp{Size: info.Size(), Modified: info.ModTime().UnixNano()}
}
