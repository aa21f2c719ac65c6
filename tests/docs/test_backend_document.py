"""What docs/backend.md shows is what happens: its blocks run one after another, and every `# =` is what its line gives."""

import re
from pathlib import Path

import pytest
from hourglass_policy.backend import ACTS
from hourglass_policy.rules.ledger import ROW_TYPES

TEXT = (Path(__file__).parents[2] / "docs" / "backend.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def run(block, names):
    """Run a block's lines in order; one that ends in `# = value` must give that value. Returns how many were compared."""
    waiting, compared = [], 0
    for line in [*block.splitlines(), None]:
        code, shown, value = (line or "").partition("  # = ")
        if line is not None and not shown:
            waiting.append(line)
            continue
        exec("\n".join(waiting), names)
        waiting = []
        if shown:
            assert eval(code, names) == eval(value, names), line
            compared += 1
    return compared


def test_every_block_runs_and_gives_what_it_shows():
    names: dict = {}
    assert sum([run(block, names) for block in BLOCKS]) == TEXT.count("  # = ") > 15


def test_a_shown_value_that_is_wrong_is_found():
    with pytest.raises(AssertionError, match=r"1 \+ 1"):
        run("x = 1\n1 + 1  # = 3", {})


def test_every_act_and_row_type_has_its_line():
    for name in (*ACTS, *(kind.name for kind in ROW_TYPES)):
        assert re.search(rf"^\|[^|\n]*`{name}`[^|\n]*\|", TEXT, re.MULTILINE), name
