"""What to simulate: a frozen Scenario, checked on construction, written to and read from TOML."""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import hourglass_policy as hp
from hourglass_policy.decisions import NAMES as NOTIFICATION_POLICIES
from hourglass_policy.decisions import NotificationPolicy, policy_named
from hourglass_policy.errors import BadInput, nearest_name, require_between, unknown
from hourglass_policy.parameter_files import is_folder
from hourglass_policy.policy import baseline

from hourglass_sim.arrivals import arrival_counts, is_file_of_counts
from hourglass_sim.extending import Added, behaviours_digest, frozen
from hourglass_sim.people.people import SHIFTS, People, definitions, load_people

MOST_USERS, MOST_DAYS = 20_000_000, 3_660


@dataclass(frozen=True)
class Scenario:
    """A population, an economy, a notification policy, a span of days and a seed; every field has a default.

    `people` is a preset, a file or a People; `policy` a notification policy, a release (name or folder) or an
    `hourglass_policy.Policy`; `values` changes any parameter by dotted name: the economy's (`grains.daily_potential`), the notification
    policy's (`considerate.patience`) or the people's (`feeling.fade`). `arrivals`: () = all on day 0, users signing up on each day, a
    flow by name ("constant", "growing:0.02" a week, "seasonal"), or a CSV file (see `hourglass_sim.arrivals`).
    `behaviours`: functions of one's own in the day, by name (see `hourglass_sim.extending`, which also makes a `policy` from a function).
    Raises BadInput: unknown names (with the nearest), users 1 to 20 million, days 1 to 3,660, seed 0 to 2**64 - 1.
    """

    economy: str = "hourglass"
    users: int = 10_000
    days: int = 90
    seed: int = 7
    preset: str = "documented"
    people: "str | People" = "habit"
    policy: "str | hp.Policy | NotificationPolicy" = "deployed"
    values: Mapping[str, object] = field(default_factory=dict)
    start: "date | str" = "2026-01-05"
    arrivals: "str | tuple[int, ...]" = ()
    behaviours: "Mapping[str, Callable | Added]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        _whole("users", self.users, 1, MOST_USERS)
        _whole("days", self.days, 1, MOST_DAYS)
        _whole("seed", self.seed, 0, 2**64 - 1)
        object.__setattr__(self, "start", _date(self.start))
        object.__setattr__(self, "values", dict(self.values))
        if (date.max - self.start).days < self.days:
            raise BadInput("the run outlasts the calendar", where="scenario", value=str(self.start), allowed=f"up to {date.max}")
        if isinstance(self.arrivals, Path):
            object.__setattr__(self, "arrivals", str(self.arrivals))
        if not isinstance(self.arrivals, str):
            counts = arrival_counts(self.arrivals, self.users, self.days, self.start)
            object.__setattr__(self, "arrivals", counts)
        object.__setattr__(self, "behaviours", _by_name(self.behaviours))
        _ = self.arrival_counts
        _ = self.resolved_policy, self.resolved_people, self.notification

    @cached_property
    def arrival_counts(self) -> tuple[int, ...]:
        """Users signing up on day 0, 1, …, as `arrivals` says; () when all sign up on day 0."""
        return arrival_counts(self.arrivals, self.users, self.days, self.start)

    @cached_property
    def resolved_policy(self) -> hp.Policy:
        """The economy's parameters and the notification policy's name, with `values` applied."""
        policy = self._base_policy()
        own = {name: value for name, value in self.values.items() if name in policy.parameters}
        self._refuse_unknown(policy)
        return policy.with_values(own, "scenario") if own else policy

    @cached_property
    def notification(self) -> NotificationPolicy:
        """The notification policy, with `values` applied."""
        if isinstance(self.policy, NotificationPolicy):
            head = f"{self.policy.name}."
            own = {n.removeprefix(head): v for n, v in self.values.items() if n.startswith(head)}
            return self.policy.with_values(own, "scenario")._replace(hours=frozen(self.policy.hours))
        chosen = self._base_policy().notification
        head = f"{chosen.name}."
        own = {n.removeprefix(head): v for n, v in self.values.items() if n.startswith(head)}
        return policy_named(chosen.name, {**chosen.parameters, **own}, "scenario")

    @cached_property
    def resolved_people(self) -> People:
        """The people, with `values` applied."""
        people = load_people(self.people)
        own = {n: v for n, v in self.values.items() if n in definitions() or n.startswith(("shift.", "personas."))}
        return people.with_values(own, "scenario") if own else people

    def _base_policy(self) -> hp.Policy:
        if isinstance(self.policy, hp.Policy):
            return self.policy
        hp.economy_parameters(self.economy)
        if isinstance(self.policy, NotificationPolicy):
            return baseline(self.economy).with_preset(self.preset).with_notification(self.policy.name)
        if str(self.policy) in NOTIFICATION_POLICIES:
            return baseline(self.economy).with_preset(self.preset).with_notification(str(self.policy))
        if not Path(str(self.policy)).exists() and str(self.policy) not in hp.release_names():
            raise unknown("policy", str(self.policy), [*NOTIFICATION_POLICIES, *hp.release_names()])
        base = hp.load(str(self.policy))
        if base.economy != self.economy:
            raise BadInput("a release of another economy", where=str(self.policy), value=base.economy, allowed=self.economy)
        return base.with_preset(self.preset) if self.preset != "documented" else base

    def _refuse_unknown(self, policy: hp.Policy) -> None:
        for name in self.values:
            head, _, rest = name.partition(".")
            if name in policy.parameters or name in definitions() or head in ("shift", "personas"):
                continue
            if isinstance(self.policy, NotificationPolicy) and head == self.policy.name:
                continue
            if head in NOTIFICATION_POLICIES:
                policy_named(head, {rest: self.values[name]}, "scenario")
                if head == policy.notification.name:
                    continue
                raise BadInput(f"{name} does nothing under policy {policy.notification.name!r}", where="scenario")
            own = [f"{self.notification.name}.{p}" for p in self.notification.parameters]
            names = [*policy.parameters, *own, *definitions(), *SHIFTS]
            raise BadInput("unknown parameter", where="scenario", value=name, nearest=nearest_name(name, names),
                           allowed="a name from `hourglass rules list`, a people parameter or one of the notification policy")  # fmt: skip

    @property
    def has_own_functions(self) -> bool:
        """Whether it holds functions that only this process knows."""
        return bool(self.behaviours) or isinstance(self.policy, NotificationPolicy)

    def with_behaviours(self, behaviours: "Mapping[str, Callable | Added]") -> "Scenario":
        """The same scenario with functions of one's own, by the name of the function or stage that each replaces, or added."""
        return replace(self, behaviours={**self.behaviours, **_by_name(behaviours)})

    def with_policy(self, policy: "str | hp.Policy | NotificationPolicy") -> "Scenario":
        """The same scenario under another notification policy or release."""
        return replace(self, policy=policy)

    def with_values(self, values: Mapping[str, object] | None = None, **named: object) -> "Scenario":
        """The same scenario with some parameters changed, by dotted name (in keywords `__` stands for the dot)."""
        more = {name.replace("__", "."): value for name, value in named.items()}
        return replace(self, values={**self.values, **(values or {}), **more})

    def with_people(self, people: "str | People") -> "Scenario":
        """The same scenario with other people."""
        return replace(self, people=people)

    def with_seed(self, seed: int) -> "Scenario":
        """The same scenario with other luck."""
        return replace(self, seed=seed)

    def digest(self) -> str:
        """SHA-256 of everything that decides the run."""
        policy, notification = self.resolved_policy, self.notification
        parts = (self.economy, self.users, self.days, self.seed, str(self.start), self.arrival_counts, policy.parameters.digest())
        parts += (economy_digest(self.economy),) if is_folder(self.economy) else ()
        parts += (notification.name, tuple(notification.values), self.resolved_people.digest())
        parts += (behaviours_digest(self.behaviours | self._own_hours()),) if self.has_own_functions else ()
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _own_hours(self) -> "dict[str, Callable]":
        return {"hours": self.policy.hours} if isinstance(self.policy, NotificationPolicy) else {}

    def describe(self) -> dict[str, object]:
        """The scenario as plain values."""
        return {
            "economy": self.economy,
            "users": self.users,
            "days": self.days,
            "seed": self.seed,
            "preset": self.preset,
            "people": self.people if isinstance(self.people, str) else self.people.name,
            "policy": self.policy if isinstance(self.policy, str) else self.policy.name,
            "values": dict(self.values),
            "start": str(self.start),
            "arrivals": self.arrivals if self._flows_by_name() else list(self.arrival_counts),
            **({"behaviours": sorted(self.behaviours)} if self.behaviours else {}),
        }

    def _flows_by_name(self) -> bool:
        return isinstance(self.arrivals, str) and not is_file_of_counts(self.arrivals)

    def to_toml(self) -> str:
        """The scenario as TOML; people and policies given as objects must be saved by name first, functions cannot be written."""
        if not isinstance(self.people, str) or not isinstance(self.policy, str) or self.behaviours:
            raise BadInput("only people and policies given by name or file can be written, and no functions", where="scenario")
        table = self.describe()
        values = table.pop("values")
        lines = [f"{key} = {_toml(value)}" for key, value in table.items()]
        return "\n".join([*lines, "", "[values]", *[f'"{k}" = {_toml(v)}' for k, v in values.items()]]) + "\n"

    @classmethod
    def from_toml(cls, path: str | Path) -> "Scenario":
        """Read a scenario; BadInput for a missing file, invalid TOML, or an unknown key (with the nearest)."""
        try:
            table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise BadInput(f"cannot read ({error.strerror})", where=str(path), allowed="a scenario file") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInput(f"not valid TOML ({error})", where=str(path)) from error
        valid = [f.name for f in fields(cls) if f.name != "behaviours"]
        for key, value in table.items():
            if key not in valid:
                raise unknown("key of a scenario", key, valid, str(path))
            if key in ("economy", "preset", "people", "policy") and not isinstance(value, str):
                raise BadInput(f"{key} is not a name", where=str(path), value=value, allowed="text")
        values = {}
        if not isinstance(table.get("values", {}), dict):
            raise BadInput("values is not a table", where=str(path), value=table["values"], allowed="[values] with one line each")
        for key, value in table.pop("values", {}).items():
            values.update({f"{key}.{k}": v for k, v in value.items()} if isinstance(value, dict) else {key: value})
        return cls(**{**table, "values": values})


def economy_digest(folder: str) -> str:
    """SHA-256 of an economy's files in a folder of its own."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).glob("*.toml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _whole(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{name} is not a whole number", where="scenario", value=value, allowed=f"{low} to {high}")
    require_between(name, value, low, high, "scenario")


def _date(value: "date | str") -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput("start is not a date", where="scenario", value=value, allowed="YYYY-MM-DD") from error


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_toml(v) for v in value)}]"
    return repr(value) if isinstance(value, (int, float)) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _by_name(behaviours: object) -> dict:
    if not isinstance(behaviours, Mapping):
        raise BadInput(
            "behaviours are not functions by name", where="scenario", value=behaviours, allowed='such as {"motivation": f}'
        )
    return dict(behaviours)
