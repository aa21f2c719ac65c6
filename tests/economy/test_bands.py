"""Bands: a broken one is named, an interval across its end is said to be noise, a wrong file is refused by key."""

import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.economy.bands import Band, judge, read_bands

GOOD = '[[band]]\nfigure = "phoenix.active"\ntitle = "Phoenix"\nkind = "band"\nunit = "share"\nhigh = 0.2\nsource = "me"\n'
BAND = Band("phoenix.active", "Phoenix", "band", "share", None, 0.2, "me")


@pytest.mark.parametrize(
    ("estimate", "ok", "clear"),
    [
        ((0.10, 0.08, 0.12), True, True),
        ((0.20, 0.19, 0.21), True, False),
        ((0.21, 0.19, 0.23), False, False),
        ((0.30, 0.25, 0.35), False, True),
        ((0.30, None, None), False, None),
        ((None, None, None), None, None),
    ],
)
def test_a_figure_is_judged_with_its_interval(estimate, ok, clear):
    flag = judge([BAND], {"phoenix.active": estimate})[0]
    assert (flag.ok, flag.is_clear) == (ok, clear)


def test_a_broken_band_is_named_with_value_range_and_source():
    line = judge([BAND], {"phoenix.active": (0.3, 0.25, 0.35)})[0].line()
    assert line == "Phoenix 30 %: outside band phoenix.active (at most 20 %; me)"
    noisy = judge([BAND], {"phoenix.active": (0.21, 0.19, 0.23)})[0].line()
    assert "within the noise of the seeds" in noisy


def test_the_shipped_bands_hold_the_rarities_of_the_issue():
    bands = {band.figure: (band.low, band.high) for band in read_bands()}
    assert bands["pacing.common"] == (0.40, 0.80)
    assert bands["pacing.rare"] == (0.10, 0.40)
    assert bands["pacing.epic"] == (0.02, 0.10)
    assert bands["pacing.legendary"] == (0.001, 0.02)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "no bands"),
        ("[[band]\n", "not valid TOML"),
        ("[[bnd]]\nx = 1\n", "did you mean 'band'?"),
        (GOOD.replace("high", "hihg"), "did you mean 'high'?"),
        (GOOD.replace("0.2", '"much"'), "high has a wrong type"),
        (GOOD.replace('kind = "band"', 'kind = "bend"'), "did you mean 'band'?"),
        (GOOD.replace('title = "Phoenix"\n', ""), "title is missing"),
        (GOOD.replace("high = 0.2\n", ""), "a band without an end"),
        (GOOD.replace("high = 0.2", "high = 0.2\nlow = 0.3"), "low above high"),
    ],
)
def test_a_wrong_file_of_bands_is_refused_by_what_is_wrong(tmp_path, text, line):
    file = tmp_path / "bands.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=line.replace("?", r"\?")):
        read_bands(file)


def test_a_missing_file_of_bands_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot read"):
        read_bands(tmp_path / "none.toml")
