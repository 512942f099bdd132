"""Run dbt and mod over a folder of projects and say where what they make differs.

    python projects.py PROJECTS [--dbt dbt] [--mod mod] [--adapter duckdb|postgres] [--only NAME ...] [--keep DIR] [-v]

PROJECTS/NAME is a dbt project with its packages installed, and with a profiles.yml whose targets `duckdb` and `postgres` read
the file $CONFORMANCE_DB or the database $PGDATABASE. PROJECTS/NAME/case.json may say {"project_dir": …, "steps": [[…], …],
"env": {…}, "adapters": […]}. Each works on a copy at the same path, with a database of its own; where they differ dbt does so
once more, and what its two runs do not agree in is not compared. --keep holds dbt's records, logs and targets for the next time.

Compared: exit status, status and failures of each node, relations (kind, columns, types, rows), compiled SQL, manifest. The
Python needs duckdb or psycopg2. The exit status is 1 if something differs.
"""

import argparse
import difflib
import glob
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import manifest_diff

STEPS = [["build"], ["run"]]
WRITTEN = shutil.ignore_patterns("target", "logs", "*.duckdb", "*.duckdb.wal", ".git")
KINDS = ("statuses", "tests", "relations", "compiled", "manifest")


class DuckDB:
    """The file that a project was built into; nothing when no file was written."""

    relations_sql = """
        select schema_name, table_name, 'table' from duckdb_tables() where not internal and not temporary
            and database_name = current_database()
        union all
        select schema_name, view_name, 'view' from duckdb_views() where not internal and not temporary
            and database_name = current_database()"""
    columns_sql = """select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ?
        and database_name = current_database() order by column_index"""

    def __init__(self, file):
        self.file = file
        self.env = {"CONFORMANCE_DB": file}

    def create(self):
        for path in glob.glob(self.file + "*"):
            os.remove(path)

    def open(self):
        import duckdb

        self.connection = duckdb.connect(self.file)
        self.query("set timezone = 'UTC'")

    def close(self):
        self.connection.close()

    def query(self, sql, *args):
        return self.connection.execute(sql, args).fetchall()


class Postgres:
    """A database of the server that PGHOST, PGPORT and PGUSER lead to."""

    relations_sql = """
        select n.nspname::text, c.relname::text, c.relkind::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg!_%%' escape '!'"""
    columns_sql = """
        select a.attname::text, format_type(a.atttypid, a.atttypmod)::text from pg_attribute a
        join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped order by a.attnum"""

    def __init__(self, name):
        self.name = name
        self.env = {"PGDATABASE": name}

    def create(self):
        self.connect("postgres")
        self.connection.cursor().execute(f"drop database if exists {quoted(self.name)} with (force)")
        self.connection.cursor().execute(f"create database {quoted(self.name)}")
        self.close()

    def connect(self, name):
        import psycopg2

        self.connection = psycopg2.connect(dbname=name)
        self.connection.autocommit = True

    def open(self):
        self.connect(self.name)
        self.connection.cursor().execute("set timezone = 'UTC'")

    def close(self):
        self.connection.close()

    def query(self, sql, *args):
        cursor = self.connection.cursor()
        cursor.execute(sql, args)
        return cursor.fetchall()


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def digest(values):
    return hashlib.md5("\x1f".join(values).encode("utf-8", "surrogatepass")).hexdigest()


def text(value, of_type):
    """A value as it is compared: floating point numbers to nine digits, since the order of a sum is nobody's promise."""
    if value is None:
        return "\0"
    if of_type.lower() in ("float", "double", "real", "double precision"):
        return "%.9g" % (float(value) or 0.0)
    return value


def contents(db, schema, name):
    """The columns of a relation with their types, and a digest of each column's values, whatever the order of the rows."""
    columns = db.query(db.columns_sql, schema, name)
    cells = ", ".join(f"cast({quoted(c)} as varchar)" for c, _ in columns) or "1"
    try:
        rows = db.query(f"select {cells} from {quoted(schema)}.{quoted(name)}")
    except Exception as problem:  # a view over what is gone
        return {"columns": columns, "rows": str(problem).split("\n")[0], "digests": {}}
    values = [[text(v, columns[i][1]) for i, v in enumerate(row)] for row in rows] if columns else []
    digests = {c: digest(sorted(row[i] for row in values)) for i, (c, _) in enumerate(columns)}
    return {"columns": [list(c) for c in columns], "rows": len(rows), "digests": digests}


def survey(db):
    """Every table and view of the database: {"schema.name": {"kind", "columns", "rows", "digests"}}."""
    try:
        db.open()
        found = {f"{s}.{n}": {"kind": kind, **contents(db, s, n)} for s, n, kind in sorted(db.query(db.relations_sql))}
        db.close()
        return found
    except Exception as problem:
        print(f"    the database could not be read: {problem}")
        return {}


def results(target):
    """What run_results.json says: {unique id: {"status", "failures"}}."""
    try:
        found = json.loads((target / "run_results.json").read_text())["results"]
    except (OSError, ValueError, KeyError):
        return {}
    return {r["unique_id"]: {k: r.get(k) for k in ("status", "failures", "message")} for r in found}


def record(command, source, work, db, case, log):
    """Run the steps of a case with a command in a fresh copy; return what there is afterwards."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(source, work, symlinks=True, ignore=WRITTEN)
    db.create()
    project = work / case.get("project_dir", ".")
    target = project / "target"
    env = {**os.environ, "TZ": "UTC", "NO_COLOR": "1", "DO_NOT_TRACK": "1", **case.get("env", {}), **db.env}
    steps = []
    for step in case.get("steps", STEPS):
        (target / "run_results.json").unlink(missing_ok=True)
        words = [*command, *step, "--profiles-dir", str(work), "--target", case["adapter"]]
        try:
            done = subprocess.run(words, cwd=project, env=env, capture_output=True, text=True, errors="replace", timeout=1800)
        except subprocess.TimeoutExpired as late:
            done = subprocess.CompletedProcess(words, 124, str(late.stdout or ""), "timed out")
        log.write(f"$ {' '.join(step)} -> {done.returncode}\n{done.stdout}\n{done.stderr}\n")
        steps.append({"step": " ".join(step), "exit": done.returncode, "results": results(target)})
    compiled = {
        str(path.relative_to(target / "compiled")): path.read_text(errors="replace")
        for path in sorted((target / "compiled").rglob("*.sql")) if path.is_file()
    }
    manifest = target / "manifest.json"
    parsed = json.loads(manifest.read_text()) if manifest.exists() else {}
    return {"steps": steps, "relations": survey(db), "compiled": compiled, "manifest": parsed}


def recorded(keep, name, make):
    """A record that is kept from an earlier time, or made now."""
    file = keep / f"{name}.json"
    if not file.exists():
        with open(keep / f"{name}.log", "w") as log:
            made = make(log)
        file.write_text(json.dumps(made))
    return json.loads(file.read_text())


def unlike(a, b):
    """The first thing in which a relation of mod, b, is not dbt's, a; or None."""
    if a["kind"] != b["kind"]:
        return f"kind: {b['kind']}, dbt's is {a['kind']}"
    if a["columns"] != b["columns"]:
        own = [[c for c in x["columns"] if c not in y["columns"]] for x, y in ((b, a), (a, b))]
        return "columns: {}, dbt has {}".format(*own) if any(own) else "columns: another order"
    if a["rows"] is not None and a["rows"] != b["rows"]:
        return f"rows: {b['rows']}, dbt has {a['rows']}"
    differing = [c for c in a["digests"] if a["digests"][c] != b["digests"].get(c)]
    return f"contents of {', '.join(differing)}" if differing else None


def is_test(unique_id):
    return unique_id.startswith(("test.", "unit_test."))


def outcome(result):
    """What counts of a result: failures only where the test came to a verdict."""
    if result is None:
        return "not run"
    return (result["status"], result["failures"] if result["status"] in ("fail", "warn") else None)


def steps_unlike(a, b):
    """For statuses and tests: {what: None or how it differs}."""
    statuses, tests = {}, {}
    for i, (of_dbt, of_mod) in enumerate(zip(a["steps"], b["steps"])):
        where = f"{i}: {of_dbt['step']}"
        same = of_dbt["exit"] == of_mod["exit"]
        statuses[where] = None if same else f"exit {of_mod['exit']}, dbt's is {of_dbt['exit']}"
        for uid in sorted({*of_dbt["results"], *of_mod["results"]}):
            want, got = of_dbt["results"].get(uid), of_mod["results"].get(uid)
            how = None if outcome(want) == outcome(got) else f"{outcome(got)}, dbt's is {outcome(want)}"
            if how and got:
                how += f": {str(got.get('message') or want and want.get('message'))[:300]}"
            (tests if is_test(uid) else statuses)[f"{where} {uid}"] = how
    return statuses, tests


def manifests_unlike(a, b):
    """Of each resource of dbt's manifest: None, or the first of its fields that mod's has otherwise."""
    entries = {key: None for section in manifest_diff.SECTIONS for key in a.get(section) or {} if not manifest_diff.is_builtin(key)}
    for path, differing in manifest_diff.compare(b, a).items():
        for entry, want, got in differing:
            entries[entry] = entries.get(entry) or f"{path}: {str(got)[:150]}, dbt's is {str(want)[:150]}"
    return entries


def compare(a, b):
    """Records of dbt and of mod: {kind: {what: None or how it differs}}."""
    statuses, tests = steps_unlike(a, b)
    relations, compiled = {}, {}
    for name in sorted({*a["relations"], *b["relations"]}):
        pair = a["relations"].get(name), b["relations"].get(name)
        relations[name] = unlike(*pair) if all(pair) else "extra" if pair[1] else "missing"
    for path in sorted({*a["compiled"], *b["compiled"]}):
        want, got = a["compiled"].get(path), b["compiled"].get(path)
        if want is None or got is None:
            compiled[path] = "missing" if got is None else "extra"
        else:
            same = want.split() == got.split()
            lines = difflib.unified_diff(want.splitlines(), got.splitlines(), "dbt", "mod", lineterm="", n=1)
            compiled[path] = None if same else "\n".join(lines)
    manifest = manifests_unlike(a["manifest"], b["manifest"]) if a["manifest"] else {}
    return dict(zip(KINDS, (statuses, tests, relations, compiled, manifest)))


def differs(compared):
    return any(how for found in compared.values() for how in found.values())


def without_volatile(compared, first, second):
    """Leave out what dbt itself does not make twice in the same way; of a relation, its columns that differ."""
    twice = compare(first, second)
    return {kind: {k: v for k, v in found.items() if not (v and twice[kind].get(k))} for kind, found in compared.items()}


def stable(first, second):
    """The first record without the contents that the second has not."""
    relations = {}
    for name, a in first["relations"].items():
        b = second["relations"].get(name, a)
        relations[name] = {**a, "rows": a["rows"] if a["rows"] == b["rows"] else None,
                           "digests": {c: d for c, d in a["digests"].items() if d == b["digests"].get(c)}}
    return {**first, "relations": relations}


def report(name, adapter, compared, verbose, limit=12):
    def score(kind):
        return f"{sum(v is None for v in compared[kind].values())}/{len(compared[kind])}"

    print(f"| {name} | {adapter} | " + " | ".join(score(k) for k in KINDS) + " |", flush=True)
    for kind in KINDS if verbose else ():
        bad = [(k, v) for k, v in compared[kind].items() if v]
        for key, how in bad[:limit]:
            print(f"    {kind}: {key}: {how}")
        if len(bad) > limit:
            print(f"    {kind}: and {len(bad) - limit} more")


def cases(folder, adapter, only):
    for path in [folder / name for name in only] or sorted(folder.iterdir()):
        if not (path / "profiles.yml").exists():
            continue
        case = json.loads((path / "case.json").read_text()) if (path / "case.json").exists() else {}
        if adapter in case.get("adapters", [adapter]):
            yield path, {**case, "adapter": adapter}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", type=pathlib.Path)
    parser.add_argument("--dbt", default="dbt")
    parser.add_argument("--mod", default="mod")
    parser.add_argument("--adapter", default="duckdb", choices=["duckdb", "postgres"])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for dbt's records, taken again when they are there")
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args()
    keep = args.keep or pathlib.Path(tempfile.mkdtemp(prefix="conformance-"))
    keep.mkdir(parents=True, exist_ok=True)
    print("| project | warehouse | " + " | ".join(KINDS) + " |")
    equal = True
    for source, case in cases(args.projects, args.adapter, args.only):
        # One path and one database name for all runs, since compiled SQL may hold them.
        work = pathlib.Path(tempfile.gettempdir()) / "conformance" / f"{source.name}-{args.adapter}"
        work.mkdir(parents=True, exist_ok=True)
        db = DuckDB(str(work / "conformance.duckdb")) if args.adapter == "duckdb" else Postgres(f"conformance_{source.name}")

        def made(name, command):
            file = f"{source.name}.{args.adapter}.{name}"
            return recorded(keep, file, lambda log: record(command, source, work / "project", db, case, log))

        first = made("dbt", [args.dbt])
        (keep / f"{source.name}.{args.adapter}.mod.json").unlink(missing_ok=True)
        compared = compare(first, made("mod", [args.mod]))
        if differs({kind: compared[kind] for kind in KINDS if kind != "manifest"}):
            second = made("dbt again", [args.dbt])
            compared = without_volatile(compare(stable(first, second), made("mod", [args.mod])), stable(first, second), second)
        report(source.name, args.adapter, compared, args.verbose)
        equal = equal and not differs(compared)
        shutil.rmtree(work, ignore_errors=True)
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
