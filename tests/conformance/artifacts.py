"""Compare the artifacts of dbt and of mod, field by field: of each project below a folder, of one with every kind of resource
(testdata/kinds), and of the demo at the root of the repository.

    python artifacts.py CASES --dbt DBT --mod MOD [--adapter duckdb] [--only NAME ...] [--keep FOLDER] [-v]

Each project is copied twice and made by both: parse, build, docs generate, source freshness. Compared are the manifests (as parsed,
and as built), what else stands in the target folder as JSON, and which files stand below target/compiled and target/run.
Times, ids and the folders of the copies are no differences. Any other must be listed in artifacts_known.txt, and
what is listed there must differ, or the exit status is 1.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import manifest_diff

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
# Of the demo: what is a project's in the repository that is its folder.
DEMO = ["models", "seeds", "macros", "tests/*.sql", "tests/*.yml", "tests/generic"]
# What mod takes and dbt does not: properties in a model's own file.
NOT_DEMO = ["product_pairs.sql"]
PROFILE = """{name}:
  target: {adapter}
  outputs:
    duckdb: {{type: duckdb, path: {name}.duckdb, schema: main, threads: 1}}
    postgres: {{type: postgres, host: "{{{{ env_var('PGHOST') }}}}", port: "{{{{ env_var('PGPORT') | as_number }}}}", user: "{{{{ env_var('PGUSER') }}}}",
      password: "{{{{ env_var('PGPASSWORD', '') }}}}", dbname: "{{{{ env_var('PGDATABASE') }}}}", schema: analytics, threads: 1}}
"""
# Keys whose values are another in each run; that they are there, and whether they are null, is compared.
VOLATILE = {
    "generated_at", "invocation_id", "invocation_started_at", "started_at", "completed_at", "execution_time", "elapsed_time", "thread_id",
    "dbt_version", "created_at", "snapshotted_at", "max_loaded_at_time_ago_in_s", "query_id",
}
# The commands, and what each leaves in the target folder, with its name here.
COMMANDS = (
    (["deps"], {}),
    (["parse"], {"manifest.json": "parsed", "semantic_manifest.json": "semantic_manifest", "graph_summary.json": "graph_summary"}),
    (["build"], {"manifest.json": "manifest", "run_results.json": "run_results"}),
    (["docs", "generate"], {"catalog.json": "catalog"}),
    (["source", "freshness"], {"sources.json": "sources"}),
)
KINDS = ["parsed", "semantic_manifest", "graph_summary", "manifest", "run_results", "catalog", "sources", "files"]


@dataclasses.dataclass
class Project:
    """A project to make: how it comes into a folder, where it is in there, and what build leaves out."""

    name: str
    lay_out: callable
    inside: str = "."
    without: tuple = ()


def projects(folder, adapter):
    """Yield the projects that a warehouse can have."""
    for described in sorted(pathlib.Path(folder).glob("*/case.json")):
        case = json.loads(described.read_text())
        if adapter in case["adapters"]:
            yield Project(case["name"], lambda to, of=described.parent: copy(of, to), case["project_dir"])
    # dbt-duckdb does not make functions.
    yield Project("kinds", lambda to: lay_out_kinds(to, adapter), without=("--exclude-resource-type", "function") if adapter == "duckdb" else ())
    yield Project("demo", lambda to: lay_out_demo(to, adapter))


def copy(folder, to):
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb"))


def lay_out_kinds(to, adapter):
    copy(HERE / "testdata" / "kinds", to)
    (to / "profiles.yml").write_text(PROFILE.format(name="kinds", adapter=adapter))


def lay_out_demo(to, adapter):
    for pattern in DEMO:
        for path in ROOT.glob(pattern):
            into = to / path.relative_to(ROOT)
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(path, into, ignore=shutil.ignore_patterns(*NOT_DEMO)) if path.is_dir() else shutil.copy(path, into)
    text = (ROOT / "project.yml").read_text()
    text = re.sub(r"(?m)^destinations:\n(?: +.*\n)+", "", text)  # dbt knows of none
    (to / "dbt_project.yml").write_text(text + "\nprofile: shop\n")
    (to / "profiles.yml").write_text(PROFILE.format(name="shop", adapter=adapter))


def make(program, project, work, adapter, database):
    """Make a project with a program in a folder of its own; returns its artifacts by name."""
    kept = work / "artifacts"
    if not kept.exists():
        project.lay_out(work)
        run(program, project, work, adapter, database)
    return {f.stem: json.loads(f.read_text(encoding="utf-8")) for f in kept.glob("*.json")}


def run(program, project, work, adapter, database):
    kept, run_in = work / "artifacts", work / project.inside
    kept.mkdir()
    target = run_in / "target"
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PGDATABASE": database, "MODCASE_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if adapter == "postgres":
        for statement in (f"drop database if exists {database}", f"create database {database}"):
            subprocess.run(["psql", "-qX", "-d", "postgres", "-c", statement], check=True, stderr=subprocess.DEVNULL)
    for command, files in COMMANDS:
        if command == ["deps"] and (not (run_in / "packages.yml").exists() or (run_in / "dbt_packages").exists()):
            continue
        words = [program, *command, "--profiles-dir", str(work), "--target", adapter]
        words += project.without if command == ["build"] else ()
        with open(kept / "log", "a", encoding="utf-8") as log:
            subprocess.run(words, cwd=run_in, env=environment, stdout=log, stderr=log, check=False)
        for name, stem in files.items():
            if (target / name).exists():
                text = (target / name).read_text(encoding="utf-8")
                (kept / f"{stem}.json").write_text(text.replace(str(work.resolve()), "/work").replace(str(work), "/work"), encoding="utf-8")
        if command == ["build"]:
            listed = {f.name: True for f in target.iterdir() if f.is_file()}
            listed |= {str(f.relative_to(target)): True for d in ("compiled", "run") for f in (target / d).rglob("*") if f.is_file()}
            (kept / "files.json").write_text(json.dumps(listed, sort_keys=True), encoding="utf-8")


def leaves(value):
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(leaves, below)) or 1


def steady(value):
    """The value with what is another in each run blanked, but for whether it is there."""
    if isinstance(value, dict):
        return {k: (v is None) if k in VOLATILE else steady(v) for k, v in value.items()}
    return [steady(v) for v in value] if isinstance(value, list) else value


def by_name(value):
    """The value with lists of named things by name: their order is that in which files were read."""
    if isinstance(value, dict):
        return {k: by_name(v) for k, v in value.items()}
    named = isinstance(value, list) and value and all(isinstance(v, dict) and "name" in v for v in value)
    return {v["name"]: v for v in sorted(value, key=lambda v: v["name"])} if named and len({v["name"] for v in value}) == len(value) else value


def sections(artifact):
    """Return {section: {entry: value}} of an artifact other than a manifest; results by the node they are of."""
    if isinstance(artifact, dict) and isinstance(artifact.get("results"), list):
        artifact = {**artifact, "results": {r["unique_id"]: r for r in artifact["results"]}}
    artifact = by_name(steady(artifact))
    found = {k: v for k, v in artifact.items() if k in ("nodes", "sources", "results") and isinstance(v, dict)}
    return {"": {"": {k: v for k, v in artifact.items() if k not in found}}, **found}


def differ(kind, theirs, ours):
    """Yield (path, entry, dbt's, mod's) for each difference of an artifact."""
    if theirs is None or ours is None:
        yield "(file)", "", "(absent)" if theirs is None else "(there)", "(absent)" if ours is None else "(there)"
    elif kind in ("parsed", "manifest"):
        for path, entries in manifest_diff.compare(ours, theirs).items():
            yield from ((path, *entry) for entry in entries)
    else:
        a, b = sections(theirs), sections(ours)
        for section in {**a, **b}:
            x, y = a.get(section, {}), b.get(section, {})
            for entry in {**x, **y}:
                if entry in x and entry in y:
                    yield from manifest_diff.differences(x[entry], y[entry], section or "(top)", entry, False)
                else:
                    yield section, entry, "(there)" if entry in x else "(absent)", "(there)" if entry in y else "(absent)"


def how(path, theirs, ours):
    """What a path is followed by if two values differ in blanks or in order only, or are of one of the programs."""
    if theirs == "(absent)" or ours == "(absent)":
        return " (mod only)" if theirs == "(absent)" else " (dbt only)"
    if isinstance(theirs, str) and isinstance(ours, str) and "".join(theirs.split()) == "".join(ours.split()):
        return " (blanks)"
    if isinstance(theirs, list) and isinstance(ours, list) and sorted(map(str, theirs)) == sorted(map(str, ours)):
        return " (order)" if "(order" not in path else ""
    return ""


class Known:
    """The differences that are listed, and which of them were seen."""

    def __init__(self, path, adapter):
        lines = (line.split("|", 1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#"))
        self.patterns = [pattern.strip() for pattern, _ in lines]
        self.adapter, self.seen = adapter, set()

    def covers(self, where):
        listed = [p for p in self.patterns if fnmatch.fnmatchcase(f"{self.adapter} {where}", p)]
        self.seen.update(listed)
        return bool(listed)

    def unseen(self, everywhere):
        """What is listed of the warehouse and was not seen; that of every warehouse too where all projects were made."""
        return [p for p in self.patterns if p not in self.seen and (p.split()[0] == self.adapter or everywhere and p.startswith("*"))]


def compare(project, theirs, ours, known, verbose):
    """Print what differs in the artifacts of a project; returns how much of it is not listed."""
    unlisted = 0
    for kind in KINDS:
        a, b = theirs.get(kind), ours.get(kind)
        if a is None and b is None:
            continue
        count, printed = collections.Counter(), collections.Counter()
        for path, entry, x, y in sorted(differ(kind, a, b), key=lambda d: d[:2]):
            path += how(path, x, y)
            where = f"{project.name} {kind} {path} {entry}".strip()
            listed = known.covers(where)
            count[listed] += 1
            printed[path] += not listed
            if not listed and (verbose or printed[path] == 1):
                print(f"  {where}\n    dbt {manifest_diff.short(x)}\n    mod {manifest_diff.short(y)}")
        unlisted += count[False]
        print(f"{project.name:<16} {kind:<18} {leaves(a):>7} {count[True]:>7} {count[False]:>9}", flush=True)
    return unlisted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases")
    parser.add_argument("--dbt", required=True)
    parser.add_argument("--mod", required=True)
    parser.add_argument("--adapter", default="duckdb")
    parser.add_argument("--only", nargs="*", default=[], help="names of projects")
    parser.add_argument("--keep", help="a folder for what both make; what is there already is not made again")
    parser.add_argument("-v", action="store_true", help="all that is not listed, not one of each path")
    args = parser.parse_args()
    known, unlisted = Known(HERE / "artifacts_known.txt", args.adapter), 0
    chosen = [p for p in projects(args.cases, args.adapter) if not args.only or p.name in args.only]
    print(f"{args.adapter + ':':<16} {'artifact':<18} {'fields':>7} {'listed':>7} {'unlisted':>9}")
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        work = pathlib.Path(args.keep or scratch) / args.adapter

        def both(project):
            return [make(p, project, work / project.name / n, args.adapter, "artifacts") for n, p in (("dbt", args.dbt), ("mod", args.mod))]

        # On Postgres they are made in one database after another, so that its name is the same.
        for project, (theirs, ours) in zip(chosen, (pool if args.adapter == "duckdb" else concurrent.futures.ThreadPoolExecutor(1)).map(both, chosen)):
            unlisted += compare(project, theirs, ours, known, args.v)
    gone = known.unseen(everywhere=not args.only)
    for pattern in gone:
        print(f"artifacts_known.txt lists what does not differ any more: {pattern}", file=sys.stderr)
    return 1 if unlisted or gone else 0


if __name__ == "__main__":
    sys.exit(main())
