"""Compare two manifest.json files field by field: dbt's own and mod's, of the same project.

    python manifest_diff.py DBT_MANIFEST MOD_MANIFEST [--all]

One line for each path that differs, with how many entries differ there and an example. Names that differ between entries
(unique ids, columns) are written as *. What differs in every two runs (times, ids, versions) is passed over. Exit status 1
if anything is left.
"""

import json
import sys

SECTIONS = [
    "nodes", "sources", "macros", "docs", "exposures", "metrics", "groups", "selectors", "disabled", "parent_map", "child_map",
    "group_map", "saved_queries", "semantic_models", "unit_tests", "functions",
]

# What is another one in each run, or says who wrote the file.
VOLATILE = {
    "metadata.dbt_version", "metadata.generated_at", "metadata.invocation_id", "metadata.invocation_started_at",
    "metadata.user_id", "metadata.send_anonymous_usage_stats", "metadata.run_started_at", "*.created_at", "*.root_path",
    "disabled.*.*.created_at", "disabled.*.*.root_path",
}

# Macros that come with the program are its own text.
BUILTIN = {"dbt", "dbt_duckdb", "dbt_postgres"}


def is_builtin(unique_id):
    return unique_id.startswith("macro.") and unique_id.split(".")[1] in BUILTIN


def differences(a, b, path, entry, keyed):
    """Yield (path, entry, a, b) for each leaf that differs."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(k for k in b if k not in a)]:
            name = "*" if keyed else key
            below = f"{path}.{name}"
            if key not in a:
                yield below, entry, "(absent)", b[key]
            elif key not in b:
                yield below, entry, a[key], "(absent)"
            else:
                yield from differences(a[key], b[key], below, entry, key in ("columns",) and not keyed)
        if not keyed and list(a) != list(b) and set(a) == set(b):
            yield path + " (order of keys)", entry, list(a), list(b)
    elif isinstance(a, list) and isinstance(b, list) and a != b and all(isinstance(x, str) for x in [*a, *b]) and sorted(a) == sorted(b):
        yield path, entry, a, b
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for x, y in zip(a, b):
            yield from differences(x, y, path + "[]", entry, False)
    elif a != b or type(a) is not type(b):
        yield path, entry, a, b


def own_macros(ids):
    return [i for i in ids if i is None or not is_builtin(i)]


def prepared(section, value):
    """The value without what is known to be of the program and not of the project."""
    if isinstance(value, dict):
        on = value.get("depends_on")
        if isinstance(on, dict) and "macros" in on and not WITH_BUILTIN:
            value = {**value, "depends_on": {**on, "macros": own_macros(on["macros"])}}
    elif isinstance(value, list) and section == "disabled":
        value = [prepared("nodes", v) for v in value]
    return value


WITH_BUILTIN = "--builtin" in sys.argv


def compare(ours, theirs):
    found = {}

    def add(path, entry, a, b):
        if path in VOLATILE or "*." + path.split(".", 2)[-1] in VOLATILE:
            return
        found.setdefault(path, []).append((entry, a, b))

    for difference in differences(theirs["metadata"], ours["metadata"], "metadata", "", False):
        add(*difference)
    if list(theirs) != list(ours):
        add("(sections)", "", list(theirs), list(ours))
    for section in SECTIONS:
        a, b = theirs.get(section) or {}, ours.get(section) or {}
        keep = [k for k in a if not is_builtin(k)]
        for key in keep:
            if key not in b:
                add(section, key, "(there)", "(absent)")
                continue
            kind = key.split(".")[0]
            for _, entry, x, y in [("", key, prepared(section, a[key]), prepared(section, b[key]))]:
                for path, entry, x, y in differences(x, y, f"{section}.{kind}" if section in ("nodes", "disabled") else section + ".*", entry, False):
                    add(path, entry, x, y)
        for key in b:
            if key not in a and not is_builtin(key):
                add(section, key, "(absent)", "(there)")
        if section in ("parent_map", "child_map", "nodes", "sources") and set(a) == set(b) and list(a) != list(b):
            add(section + " (order)", "", list(a)[:5], list(b)[:5])
    return found


def short(value):
    text = json.dumps(value)
    return text if len(text) < 300 else text[:300] + "…"


def main():
    files = [a for a in sys.argv[1:] if not a.startswith("--")]
    with open(files[0], encoding="utf-8") as f:
        theirs = json.load(f)
    with open(files[1], encoding="utf-8") as f:
        ours = json.load(f)
    found = compare(ours, theirs)
    for path in sorted(found):
        entries = found[path]
        print(f"{path}  x{len(entries)}")
        for entry, a, b in entries if "--all" in sys.argv else entries[:1]:
            print(f"    {entry}\n      dbt {short(a)}\n      mod {short(b)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
