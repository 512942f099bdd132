package materialize

// Amend sets what is kept beside the rows of a relation that is there, rights and stored descriptions, and leaves the rows alone.
func Amend(r Request) []Op {
	if r.Existing != nil {
		r.Target.Kind = r.Existing.Kind
	}
	d := &draft{Request: r}
	d.grants(false)
	d.docs()
	return d.ops
}
