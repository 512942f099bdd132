"""Runs one Python model: `bridge.py job.json`. What came of it is written to the file that the job names as outcome."""

import json
import os
import re
import sys
import traceback


def optional(name):
    try:
        return __import__(name)
    except ImportError:
        return None


duckdb = optional("duckdb")


class Missing(Exception):
    """A module that the bridge itself needs."""

    def __init__(self, module, why):
        super().__init__(why)
        self.module = module


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Frame:
    """The rows of a relation where there is no duckdb: what its relations can do, as far as pyarrow can."""

    def __init__(self, path):
        self._path = path

    def arrow(self):
        import pyarrow.parquet

        return pyarrow.parquet.read_table(self._path)

    to_arrow_table = fetch_arrow_table = arrow

    def df(self):
        return self.arrow().to_pandas()

    to_df = fetchdf = df

    def pl(self):
        import polars

        return polars.read_parquet(self._path)

    def fetchall(self):
        return [tuple(row.values()) for row in self.arrow().to_pylist()]

    def __getattr__(self, name):
        raise Missing("duckdb", "what dbt.ref() and dbt.source() give has %r only with the module duckdb" % name)


class NoSession:
    """Stands for the session where there is none."""

    def __getattr__(self, name):
        raise Missing("duckdb", "the session needs the module duckdb")


def session_over(job):
    """A database of its own, in which everything the model refers to has its name."""
    session = duckdb.connect()
    databases = {row[0] for row in session.execute("select database_name from duckdb_databases()").fetchall()}
    for read in job["inputs"]:
        database, schema, name = read["name"]
        if not name or not read["file"]:
            continue
        if database and database.lower() not in {d.lower() for d in databases}:
            session.execute("attach ':memory:' as " + quoted(database))
            databases.add(database)
        there = ".".join(quoted(part) for part in (database, schema) if part)
        session.execute("create schema if not exists " + there)
        session.execute("create or replace view %s.%s as select * from read_parquet(%s)" % (there, quoted(name), literal(read["file"])))
    database, schema, _ = job["this"]["name"]
    if database and database.lower() in {d.lower() for d in databases}:
        there = quoted(database) + "." + quoted(schema)
        session.execute("create schema if not exists " + there)
        session.execute("use " + there)
    return session


class Config:
    def __init__(self, job):
        self._values, self._meta = job["config"] or {}, job["meta"] or {}

    def __call__(self, *args, **kwargs):
        """What is configured was read before the model ran."""

    def get(self, key, default=None):
        return self._values.get(key, default)

    def meta_get(self, key, default=None):
        return self._meta.get(key, default)


class This:
    def __init__(self, job):
        self.database, self.schema, self.identifier = job["this"]["name"]
        self._text = job["this"]["text"]

    def __repr__(self):
        return self._text


class Dbt:
    """The first argument of a model."""

    def __init__(self, job, session):
        self._session = session
        self._refs = {r["key"]: r for r in job["inputs"] if r["kind"] == "ref"}
        self._sources = {r["key"]: r for r in job["inputs"] if r["kind"] == "source"}
        self.config = Config(job)
        self.this = This(job)
        self.is_incremental = job["incremental"]

    def ref(self, *args, v=None, version=None):
        version = v if v is not None else version
        key = ".".join(args) + ("" if version is None else ".v%s" % version)
        return self._read(self._refs, key, "ref")

    def source(self, *args):
        return self._read(self._sources, ".".join(args), "source")

    def _read(self, known, key, function):
        if key not in known:
            raise LookupError(
                "dbt.%s() of %r was not seen before the model ran: call it by the name dbt, with literal arguments" % (function, key)
            )
        path = known[key]["file"]
        if self._session is None:
            return Frame(path)
        return self._session.sql("select * from read_parquet(%s)" % literal(path))


def exact(frame):
    """A relation of duckdb whose whole numbers of more than 64 bits, which Parquet does not have, are decimals."""
    columns = []
    for name, kind in zip(frame.columns, frame.types):
        column = quoted(name)
        if str(kind).upper() in ("HUGEINT", "UHUGEINT"):
            column = "cast(%s as decimal(38, 0)) as %s" % (column, column)
        columns.append(column)
    return frame.project(", ".join(columns))


def write(frame, path, session):
    """Writes what a model returned to a Parquet file."""
    kind = type(frame)
    origin = kind.__module__.split(".")[0]
    if frame is None:
        raise TypeError("model() returned nothing: return a data frame")
    if isinstance(frame, Frame):
        frame = frame.arrow()
    elif duckdb is not None and isinstance(frame, duckdb.DuckDBPyRelation):
        return exact(frame).write_parquet(path)
    elif origin == "polars":
        frame = frame.collect() if hasattr(frame, "collect") else frame
        return frame.write_parquet(path)
    elif origin == "pandas" and session is None:
        import pyarrow

        frame = pyarrow.Table.from_pandas(frame, preserve_index=False)
    elif origin not in ("pandas", "pyarrow"):
        raise TypeError(
            "model() returned %s.%s: return a relation of duckdb, or a data frame of pandas, polars or pyarrow" % (kind.__module__, kind.__qualname__)
        )
    if session is not None:
        if origin == "pyarrow":
            optional("pyarrow.dataset")
        session.register("__mod_result", frame)
        session.execute("copy (select * from __mod_result) to %s (format parquet)" % literal(path))
        return None
    import pyarrow.parquet

    if hasattr(frame, "read_all"):
        frame = frame.read_all()
    elif hasattr(frame, "to_table"):
        frame = frame.to_table()
    return pyarrow.parquet.write_table(frame, path)


def run(job):
    sys.path[:0] = job["paths"]
    if duckdb is None and optional("pyarrow") is None:
        raise Missing("duckdb", "running a Python model needs the module duckdb, or pyarrow")
    names = {"__name__": "model", "__file__": os.path.abspath(job["path"])}
    exec(compile(job["code"], job["path"], "exec"), names)
    session = session_over(job) if duckdb is not None else None
    frame = names["model"](Dbt(job, session), session if session is not None else NoSession())
    write(frame, job["result"], session)


REQUIRED = re.compile(r"'(\w+)' is required for this operation")


def described(job, error):
    """An error as mod shows it: where in the model, and from where it came."""
    frames = [[f.filename, f.lineno, f.name] for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    if isinstance(error, SyntaxError) and error.filename == job["path"]:
        frames.append([error.filename, error.lineno or 0, "<module>"])
    module = getattr(error, "module", None) if isinstance(error, Missing) else None
    if isinstance(error, ModuleNotFoundError):
        module = error.name
    said = str(error.msg if isinstance(error, SyntaxError) else error)
    required = REQUIRED.search(said)
    if module is None and required:
        module = required.group(1)
    return {
        "type": type(error).__name__,
        "message": said,
        "module": module,
        "frames": frames,
        "traceback": "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    }


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    outcome = {}
    try:
        run(job)
    except (Exception, SystemExit) as error:
        outcome["error"] = described(job, error)
    with open(job["outcome"], "w", encoding="utf-8") as file:
        json.dump(outcome, file)


main()
