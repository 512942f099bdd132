package snowflake

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/modsql/mod/adapters"
)

// withConnection adds what the connection that `connection_name` names has in connections.toml, a file that all clients of Snowflake read:
// https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections. What the profile says itself counts more.
func withConnection(c adapters.Config) (adapters.Config, error) {
	name := c.String("connection_name", "")
	if name == "" {
		return c, nil
	}
	file, text, err := readConnections(c.String("connections_file_path", ""))
	if err != nil {
		return nil, err
	}
	var connections map[string]map[string]any
	if err := toml.Unmarshal(text, &connections); err != nil {
		var at toml.ParseError
		if errors.As(err, &at) { // the error itself quotes what it could not read, which may be a password
			return nil, badConfig("%s:%d: the file is not in the form of TOML", file, at.Position.Line)
		}
		return nil, badConfig("%s: a connection is not a table", file)
	}
	found, ok := connections[name]
	if !ok {
		found, ok = connections["connections."+name]
	}
	if nested := connections["connections"]; !ok && nested != nil {
		found, ok = nested[name].(map[string]any)
	}
	if !ok {
		names := strings.Join(slices.Sorted(maps.Keys(connections)), ", ")
		return nil, badConfig("connection_name is %q, and %s has no connection of that name but %s", name, file, names)
	}
	out := adapters.Config{}
	for key, value := range found {
		out[strings.ToLower(key)] = value
	}
	maps.Copy(out, c)
	if path := out.String("private_key_file", ""); path != "" && out["private_key_path"] == nil {
		out["private_key_path"] = path
	}
	return out, nil
}

// readConnections reads the file of connections: the given one, or the first there is of those where clients look.
func readConnections(given string) (string, []byte, error) {
	candidates := []string{given}
	if given == "" {
		candidates = connectionFiles()
	}
	for _, file := range candidates {
		text, err := os.ReadFile(file)
		switch {
		case err == nil:
			return file, text, nil
		case !errors.Is(err, fs.ErrNotExist):
			return file, nil, badConfig("read the connections of Snowflake: %v", err)
		}
	}
	return "", nil, badConfig("connection_name is set, and there is no %s", strings.Join(candidates, ", nor "))
}

func connectionFiles() []string {
	const name = "connections.toml"
	if folder := os.Getenv("SNOWFLAKE_HOME"); folder != "" {
		return []string{filepath.Join(folder, name)}
	}
	var files []string
	home, err := os.UserHomeDir()
	if err == nil {
		files = append(files, filepath.Join(home, ".snowflake", name))
	}
	if config, err := os.UserConfigDir(); err == nil {
		files = append(files, filepath.Join(config, "snowflake", name))
	}
	if runtime.GOOS == "darwin" && home != "" {
		files = append(files, filepath.Join(home, ".config", "snowflake", name))
	}
	return files
}
