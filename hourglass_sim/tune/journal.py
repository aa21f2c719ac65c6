"""The search's memory: an Optuna study in a journal file that survives a kill at any moment, or in memory."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hourglass_policy.errors import BadInput

from hourglass_sim.files import replacing
from hourglass_sim.tune.records import SEARCH, Record

if TYPE_CHECKING:
    import optuna

FILE = "search.journal"
NAME = "search"


class Journal:
    """Finished trials in order, and new ones.

    The next trial depends on the seed and the finished trials only, never on where a run was cut.
    """

    def __init__(self, study: "optuna.Study", seed: int):
        self._study, self._seed = study, seed
        self.records: list[Record] = [_record(t) for t in study.get_trials(deepcopy=False, states=_states("COMPLETE"))]
        self.discard_unfinished()

    def searched(self) -> int:
        """Number of finished trials of the search itself."""
        return sum(r.role == SEARCH for r in self.records)

    def find(self, raw: Mapping[str, Any]) -> Record | None:
        """The finished trial with these numbers at the highest level seen, if any."""
        same = [r for r in self.records if dict(r.raw) == dict(raw)]
        return max(same, key=lambda r: r.level, default=None)

    def ask(self, fixed: Mapping[str, Any] | None = None) -> "optuna.Trial":
        """The next trial; `fixed` sets its numbers."""
        import optuna

        if fixed is not None:
            self._study.enqueue_trial(dict(fixed))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            self._study.sampler = sampler(self._seed + len(self.records))
        return self._study.ask()

    def tell(self, trial: "optuna.Trial", record: Record, violations: Mapping[str, float]) -> None:
        """Finish a trial: its record, its constraints (> 0 is violated), its lift."""
        import optuna

        trial.set_user_attr("record", record.as_dict())
        for name, violation in violations.items():
            trial.set_constraint(name, float(violation))
        if record.lift == record.lift:
            self._study.tell(trial, record.lift)
            self.records.append(record)
        else:
            self._study.tell(trial, state=optuna.trial.TrialState.FAIL)

    def discard_unfinished(self) -> None:
        """Trials that were cut are marked as failed; their numbers are drawn again."""
        import optuna

        for trial in self._study.get_trials(deepcopy=False, states=_states("RUNNING", "WAITING")):
            if trial.state == optuna.trial.TrialState.WAITING:
                trial = self._study.ask()
            self._study.tell(trial.number, state=optuna.trial.TrialState.FAIL)


def sampler(seed: int) -> "optuna.samplers.TPESampler":
    """Multivariate TPE (Bergstra et al. 2011; Falkner et al. 2018).

    It takes whole numbers, a choice of policy and violated constraints as they are, and is sparing: some tens of trials. CMA-ES knows
    neither constraints nor choices and wants ten times as many.
    """
    import optuna

    return optuna.samplers.TPESampler(seed=seed % 2**32, multivariate=True, n_startup_trials=10, constant_liar=False)


def open_journal(out: Path | None, settings: Mapping[str, Any], seed: int) -> Journal:
    """The journal in a folder, new or as it was left; None keeps it in memory.

    BadInput when the folder holds a search with other settings (the first difference is named), a damaged journal, or cannot be written.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        if out is None:
            study = optuna.create_study(direction="maximize", study_name=NAME)
            return Journal(study, seed)
        study = _on_disk(out)
    found = study.user_attrs.get("settings")
    if found is None:
        study.set_user_attr("settings", dict(settings))
    else:
        _require_same(found, settings, str(out))
    try:
        return Journal(study, seed)
    except (KeyError, TypeError) as error:
        raise BadInput(f"a damaged journal ({error})", where=str(out / FILE), allowed="a new folder") from error


def _on_disk(out: Path) -> "optuna.Study":
    from optuna import create_study
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    path = out / FILE
    if not path.exists() and (out / "study.json").exists():
        raise BadInput(f"holds a study.json but no {FILE}: it cannot be continued", where=str(out), allowed="a new folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
        _drop_cut_line(path)
        return create_study(
            storage=JournalStorage(JournalFileBackend(str(path))), study_name=NAME, direction="maximize", load_if_exists=True
        )
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror})", where=str(out), allowed="a folder you may write to") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"a damaged journal ({error})", where=str(path), allowed="a new folder") from error


def _drop_cut_line(path: Path) -> None:
    """A kill while a line was being written leaves it without its end: it never happened."""
    if path.exists():
        content = path.read_bytes()
        if content and not content.endswith(b"\n"):
            with replacing(path) as temporary:
                temporary.write_bytes(content[: content.rfind(b"\n") + 1])


def _require_same(found: Mapping[str, Any], wanted: Mapping[str, Any], where: str) -> None:
    one, two = _flat(found), _flat(wanted)
    for name in dict.fromkeys([*two, *one]):
        if one.get(name) != two.get(name):
            kept = f"{one.get(name)!r}, as in that study; or another folder"
            raise BadInput(f"the folder holds a study with another {name}", where=where, value=two.get(name), allowed=kept)


def _flat(table: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat.update(_flat(value, f"{head}{key}: ") if isinstance(value, Mapping) else {f"{head}{key}": value})
    return flat


def _states(*names: str) -> tuple:
    import optuna

    return tuple(getattr(optuna.trial.TrialState, name) for name in names)


def _record(trial: "optuna.trial.FrozenTrial") -> Record:
    return Record.from_dict(trial.user_attrs["record"])
