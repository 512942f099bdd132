"""dbt-colibri reads the manifest and the catalog, parses the compiled SQL, and draws the lineage of columns."""

import json
import pathlib
import sys
import tempfile

from click.testing import CliRunner
from dbt_colibri.cli.cli import cli
from expected import Expected, same, some

want = Expected()
with tempfile.TemporaryDirectory() as out:
    files = ["--manifest", str(want.target / "manifest.json"), "--catalog", str(want.target / "catalog.json")]
    result = CliRunner().invoke(cli, ["generate", *files, "--output-dir", out, "--disable-telemetry"])
    if result.exit_code:
        sys.exit(f"exit status {result.exit_code}: {result.output[-1000:]}")
    report = json.loads((pathlib.Path(out) / "colibri-manifest.json").read_text())
    errors = pathlib.Path(out) / "colibri-parsing-errors.json"
    failed = json.loads(errors.read_text()) if errors.exists() else []

nodes = same("models", want.nodes("model"), (i for i, n in report["nodes"].items() if n["nodeType"] == "model"))
for i in want.relations() & want.nodes("model"):
    same(f"columns of {i}", want.columns(i), report["nodes"][i]["columns"])
if failed:
    sys.exit(f"lineage failed for {len(failed)} models, the first: {json.dumps(failed[0])[:500]}")
print(f"{nodes} models, {some('edges between columns', report['lineage']['edges'])} edges between columns")
