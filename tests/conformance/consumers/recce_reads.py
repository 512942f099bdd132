"""Recce compares two sets of artifacts through dbt's own classes: here the same ones, twice."""

import shutil
import sys

from recce.adapter.dbt_adapter import DbtAdapter, as_manifest, load_catalog, load_manifest
from expected import Expected, same, some

want = Expected()
manifest = as_manifest(load_manifest(path=str(want.target / "manifest.json")))
catalog = load_catalog(path=str(want.target / "catalog.json"))
nodes = same("nodes", want.manifest["nodes"], manifest.nodes)
same("relations", want.relations(), catalog.nodes)
columns = sum(same(f"columns of {i}", want.columns(i), catalog.nodes[i].columns) for i in catalog.nodes)
found = f"{nodes} nodes, {columns} columns"

# Its sessions need dbt's own project file, which a project of mod does not have.
if (want.project / "dbt_project.yml").exists():
    shutil.copytree(want.target, want.project / "target-base", dirs_exist_ok=True)
    session = DbtAdapter.load(
        project_dir=str(want.project), profiles_dir=str(want.project), target_path=str(want.target), target_base_path="target-base")
    diff = session.get_lineage_diff()
    for lineage in (diff.base, diff.current):
        same("models in the lineage", want.nodes("model"), (i for i in lineage["nodes"] if i.startswith("model.")))
    if diff.diff:
        sys.exit(f"differences between the same artifacts: {list(diff.diff)[:5]}")
    lineage = session.build_full_cll_map()
    found += f", {some('parents of columns', [p for c in lineage.columns for p in lineage.parent_map.get(c, [])])} parents of columns"
print(found)
