"""What docs/economy.md says of the rule book and of the tests is so."""

import re
from pathlib import Path

import hourglass_policy as hp

from hourglass_sim.rule_cases import read_cases

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "economy.md").read_text(encoding="utf-8")


def test_its_counts_are_the_catalogues():
    catalogue = hp.load(preset="documented").catalogue
    kinds = [c.kind for c in catalogue.challenges]
    rarities = [a.rarity for a in catalogue.achievements]
    told = " ".join(TEXT.split())
    cases = read_cases()
    for line in (
        f"{len(cases)} hand-computed cases of {len({case.rule for case in cases})} rules",
        f"{len(hp.load().parameters)} parameters, {len(catalogue.levels)} levels, {len(rarities)} achievements",
        ", ".join(f"{rarities.count(name)} {name}" for name in ("common", "rare", "epic", "legendary")),
        f"{len(kinds)} challenges ({kinds.count('collective')} collective, {kinds.count('competitive')} competitive)",
        f"{len(catalogue.events)} seasonal events, {len(catalogue.goals.goals)} goals",
        f"{len(catalogue.keywords[0].values)} English and {len(catalogue.keywords[1].values)} French keywords",
    ):
        assert line in told, line


def test_the_tests_it_names_exist():
    named = re.findall(r"`(test_\w+)`", TEXT)
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) >= 8
    assert [name for name in named if f"def {name}(" not in written] == []
