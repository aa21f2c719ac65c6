"""Reading an experiment's table: one row per user, an arm, and outcomes as 0/1, yes/no or numbers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from hourglass_policy.errors import BadInput, unknown

from hourglass_sim.store.sources import Source, open_source

WORDS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "t": 1.0, "f": 0.0}


def read_outcomes(path: str | Path, group: str, outcomes: Sequence[str]) -> pd.DataFrame:
    """The arm column as it stands and the outcome columns as float64, missing values as NaN.

    Raises BadInput for unknown columns (with the nearest) and values that are no outcome (with their line).
    """
    source = open_source(path)
    for option, name in [("--group", group), *(("--outcome", name) for name in outcomes)]:
        if name not in source.columns:
            raise unknown("column", name, source.columns, where=f"{option} in {source.name}")
    if group in outcomes:
        raise BadInput("the arm cannot be its own outcome", where="--outcome", value=group)
    table = source.table([group, *dict.fromkeys(outcomes)])
    return table[[group]].assign(**{name: _numbers(source, table[name]) for name in outcomes})


def _numbers(source: Source, column: pd.Series) -> np.ndarray:
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    if not pd.api.types.is_numeric_dtype(column):
        as_words = column.astype("str").str.strip().str.lower().map(WORDS).to_numpy(np.float64, na_value=np.nan)
        values = np.where(np.isnan(values), as_words, values)
    wrong = (np.isnan(values) & column.notna().to_numpy()) | np.isinf(values)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadInput(
            "not an outcome", where=f"{source.place(row)} column {column.name}", value=column.iloc[row], allowed="0/1 or a number"
        )
    return values
