package dialect

// Settings is what must be known of a target's settings without opening it. The zero value serves a warehouse of which
// nothing is known: templates then see every setting that is no secret.
type Settings struct {
	Aliases [][2]string // another spelling of a setting, and the setting; templates see both
	Shown   []Setting   // what templates see as target, in order
	// File is the setting that names the database's file, "" for a server. Without a value it is Memory.
	File, Memory string
	Database     func(file string) string // the name of the database in that file; nil for a server
}

// Setting is a setting that templates see, with the value it has if it is not given.
type Setting struct {
	Name     string
	Fallback any // nil, bool, int, string or an empty map[string]any
}

// SettingsOf is what is known of the settings of a type of target. Those of warehouses that mod does not run on can still be read,
// by a project that only compiles.
func SettingsOf(name string) Settings {
	if d := Named(name); d != nil {
		return d.Settings
	}
	switch name {
	case "redshift":
		return Settings{Aliases: [][2]string{{"dbname", "database"}}}
	case "bigquery":
		return Settings{Aliases: [][2]string{{"project", "database"}, {"dataset", "schema"}}}
	}
	return Settings{}
}
