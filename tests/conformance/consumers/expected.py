"""What a consumer should find: read from the JSON of the artifacts, without anybody's classes.

Each script beside this one is called with the folder of a project and that of its artifacts. It prints one line, what it found, and
fails if that is less than what is here.
"""

import json
import pathlib
import sys


class Expected:
    def __init__(self):
        self.project, self.target = (pathlib.Path(a) for a in sys.argv[1:3])
        self.manifest = json.loads((self.target / "manifest.json").read_text())
        self.catalog = json.loads((self.target / "catalog.json").read_text())

    def nodes(self, *kinds):
        """The unique ids of the enabled nodes of these kinds."""
        return {i for i, n in self.manifest["nodes"].items() if n["resource_type"] in kinds}

    def relations(self):
        """The unique ids of what stands in the warehouse."""
        return {i for i in self.nodes("model", "seed", "snapshot") if self.manifest["nodes"][i]["config"]["materialized"] != "ephemeral"}

    def columns(self, unique_id):
        return set(self.catalog["nodes"][unique_id]["columns"])


def same(what, want, got):
    """Fail if two sets differ, with what is missing and what is too much."""
    if set(want) != set(got):
        sys.exit(f"{what}: missing {sorted(set(want) - set(got))[:5]}, not wanted {sorted(set(got) - set(want))[:5]}")
    return len(set(want))


def some(what, items):
    """Fail if there is nothing."""
    if not items:
        sys.exit(f"{what}: none")
    return len(items)
