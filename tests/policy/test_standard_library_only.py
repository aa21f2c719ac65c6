"""What production installs imports nothing but the standard library, seen from a fresh interpreter."""

import json
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "policies"
SCRIPT = """
import json, sys, time
before = set(sys.modules)
start = time.perf_counter()
import hourglass_policy as hp
policy = hp.load()
loaded = time.perf_counter() - start
policy.rules, policy.catalogue
import hourglass_policy.backend, hourglass_policy.rules
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
foreign = sorted(tops - set(sys.stdlib_module_names) - {"hourglass_policy"})
print(json.dumps({"foreign": foreign, "seconds": loaded}))
"""


def test_a_fresh_interpreter_finds_only_the_standard_library(record_property):
    environment = {"PYTHONPATH": str(PACKAGE)}
    done = subprocess.run([sys.executable, "-S", "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True)
    result = json.loads(done.stdout)
    record_property("import_and_load_seconds", result["seconds"])
    assert result["foreign"] == []


def test_no_file_of_the_package_mentions_a_numeric_library():
    for file in (PACKAGE / "hourglass_policy").rglob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].partition(".")[0] not in ("numpy", "pandas", "numba", "mesa", "hourglass_sim"), f"{file}: {line}"
