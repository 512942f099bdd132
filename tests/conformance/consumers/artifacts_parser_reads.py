"""dbt-artifacts-parser holds every field of the files against dbt's JSON schemas."""

import json

from dbt_artifacts_parser import parser
from expected import Expected, same, some

want = Expected()
manifest = parser.parse_manifest_v12(want.manifest)
catalog = parser.parse_catalog_v1(want.catalog)
results = parser.parse_run_results_v6(json.loads((want.target / "run_results.json").read_text()))

nodes = same("nodes", want.manifest["nodes"], manifest.nodes)
same("relations", want.relations(), catalog.nodes)
columns = sum(same(f"columns of {i}", want.columns(i), catalog.nodes[i].columns) for i in catalog.nodes)
print(f"{nodes} nodes, {columns} columns, {some('results', results.results)} results")
