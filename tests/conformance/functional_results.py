"""pytest plugin, beside dbt_shim: a line of JSON in FUNCTIONAL_RESULTS for each test, with how often it ran the command.

A test that never ran it says nothing about it, whether it passes or not; one that calls dbt's Python instead is skipped, for the
same reason."""
import json
import os

import dbt_shim
import pytest
from dbt.cli.main import dbtRunner

written = os.path.abspath(os.environ["FUNCTIONAL_RESULTS"])  # a test changes into its project
calls = 0
run = dbt_shim.invoke


def counted(args):
    global calls
    calls += 1
    return run(args)


def in_process(self, args, **kwargs):
    pytest.skip("the test calls dbt's Python")


dbt_shim.invoke = counted
dbtRunner.invoke = in_process


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    global calls
    report = (yield).get_result()
    if report.when == "setup" and report.outcome == "passed" or report.when == "teardown":
        return
    why = ""
    if report.outcome != "passed":
        crash = getattr(report.longrepr, "reprcrash", None)
        why = str(crash.message if crash else report.longrepr)[:2000]
    line = {"test": item.nodeid, "outcome": report.outcome, "calls": calls, "why": why}
    calls = 0
    with open(written, "a") as f:
        f.write(json.dumps(line) + "\n")
