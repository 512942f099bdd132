"""astronomer-cosmos makes Airflow tasks of the nodes of a manifest (LoadMode.DBT_MANIFEST)."""

from cosmos.config import ExecutionConfig, ProjectConfig, RenderConfig
from cosmos.constants import LoadMode
from cosmos.dbt.graph import DbtGraph
from expected import Expected, same, some

want = Expected()


def load(**selection):
    graph = DbtGraph(
        project=ProjectConfig(manifest_path=want.target / "manifest.json", project_name=want.manifest["metadata"]["project_name"]),
        execution_config=ExecutionConfig(dbt_project_path=want.project),
        render_config=RenderConfig(load_method=LoadMode.DBT_MANIFEST, dbt_project_path=want.project, **selection),
    )
    graph.load_from_dbt_manifest()
    return graph


graph = load()
kinds = ("model", "seed", "snapshot", "test")
nodes = same("nodes", want.nodes(*kinds), (i for i in graph.nodes if i.split(".")[0] in kinds))
for i in want.nodes(*kinds):
    same(f"parents of {i}", want.manifest["nodes"][i]["depends_on"].get("nodes", []), graph.nodes[i].depends_on)
for i in want.nodes("model"):
    if not graph.nodes[i].file_path.exists():
        raise SystemExit(f"file of {i}: {graph.nodes[i].file_path}")
tables = load(select=["config.materialized:table"]).filtered_nodes
print(f"{nodes} nodes, {some('tables', tables)} of config.materialized:table")
