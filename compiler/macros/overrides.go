package macros

// Overrides tells whether the project or one of its packages spells a macro of the pack anew: a macro of that name, or an
// implementation (postgres__x, default__x) that dispatch prefers to the pack's.
func (l *Library) Overrides(name string) bool {
	if m := l.Find("", "", name); m != nil && m.File != nil {
		return true
	}
	m, _ := l.Dispatch(PackPackage, PackPackage, name)
	return m != nil && m.File != nil
}
