package project

import "slices"

// What dbt leaves unrendered when it reads properties: descriptions (they name docs blocks), tests (their arguments name refs),
// hooks, queries and filters.

// lateInProperties are the rules of the keys that have their own; the others have lateInNode.
var lateInProperties = map[string]func(path []string) bool{
	"sources": lateInSource, "macros": lateInMacro, "metrics": lateInMetric, "saved_queries": lateInSavedQuery, "syncs": lateInSync,
}

func isLate(key string) bool {
	return key == "tests" || key == "data_tests" || key == "description" || key == "loaded_at_query"
}

// lateInNode is the rule of an entry that may have columns and versions.
func lateInNode(path []string) bool {
	if path[0] == "metrics" && isFilter(path) {
		return true
	}
	return isLateBelow(path)
}

func isLateBelow(path []string) bool {
	n := len(path)
	if n == 0 {
		return false
	}
	if isLate(path[0]) || n == 2 && isLate(path[1]) {
		return true
	}
	if n >= 2 && path[0] == "config" {
		if key := configName(path[1]); key == "pre_hook" || key == "post_hook" || key == "loaded_at_query" {
			return true
		}
	}
	if n == 5 && path[4] == "description" {
		return true
	}
	switch path[0] {
	case "versions":
		return n >= 3 && isLate(path[2]) || n >= 5 && path[2] == "columns" && isLate(path[4])
	case "columns", "dimensions", "measures", "entities", "metrics":
		return n >= 3 && isLate(path[2])
	case "derived_semantics":
		return n >= 4 && isLate(path[3])
	}
	return false
}

func lateInSource(path []string) bool {
	switch path[0] {
	case "description", "loaded_at_query":
		return true
	case "config":
		return len(path) >= 2 && path[1] == "loaded_at_query"
	case "tables":
		return len(path) > 2 && isLateBelow(path[2:])
	}
	return false
}

func lateInMacro(path []string) bool {
	if path[0] == "arguments" {
		return isLateBelow(path[1:])
	}
	return isLateBelow(path)
}

func lateInMetric(path []string) bool { return isFilter(path) || isLateBelow(path) }

func lateInSavedQuery(path []string) bool {
	return slices.Equal(path[:min(2, len(path))], []string{"query_params", "where"}) || isLateBelow(path)
}

// lateInSync leaves what becomes part of the query of a sync.
func lateInSync(path []string) bool {
	return slices.Contains([]string{"query", "map", "where"}, path[0]) || isLateBelow(path)
}

// isFilter tells whether a path ends in a filter, or in an item of one.
func isFilter(path []string) bool {
	n := len(path)
	return path[n-1] == "filter" || n > 1 && path[n-2] == "filter"
}
