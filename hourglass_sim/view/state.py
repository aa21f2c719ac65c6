"""What a view of the cockpit shows, as it stands in the address: population, rules, notification policy, parameters, words, theme."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from urllib.parse import urlencode

import hourglass_policy as hp
from hourglass_policy.decisions import NAMES as NOTIFICATION_POLICIES
from hourglass_policy.errors import BadInput, unknown
from hourglass_policy.parameters import Parameters

from hourglass_sim.people.people import preset_names
from hourglass_sim.scenario import Scenario
from hourglass_sim.view.palette import THEMES
from hourglass_sim.view.words import LANGUAGES

PRESETS = ("documented", "as_deployed")
USERS = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
MOST_DAYS = 365
LONG_LIST = 120  # characters
CONTROLLED = (
    "grains.daily_potential", "grains.max_goals", "grains.evaporation_debits_heritage", "devaluation.phase_1_days",
    "devaluation.multiplier_2", "phoenix.low_grains", "phoenix.no_victory_days", "phoenix.micro_multiplier",
    "phoenix.daily_minimum", "seasons.winter_below", "xp.goal_completed", "xp.streak_7", "levels.base", "levels.exponent",
)  # fmt: skip


@dataclass(frozen=True)
class ViewState:
    """One view. `values` holds only parameters that differ from the preset's; any parameter of the economy may stand in it."""

    users: int = 10_000
    days: int = 91
    seed: int = 7
    people: str = "habit"
    preset: str = "documented"
    policy: str = "deployed"
    lang: str = "en"
    theme: str = "light"
    values: Mapping[str, object] = field(default_factory=dict)

    def candidate(self) -> Scenario:
        """The scenario under the view's rules; BadInput when values do not fit together."""
        return Scenario(users=self.users, days=self.days, seed=self.seed, people=self.people, preset=self.preset, policy=self.policy,
                        values=self.values)  # fmt: skip

    def baseline(self) -> Scenario:
        """The same people and luck under the documented rules and the deployed messages."""
        return Scenario(users=self.users, days=self.days, seed=self.seed, people=self.people)

    @property
    def is_baseline(self) -> bool:
        """Whether nothing about rules or messages differs from the baseline."""
        return self.preset == "documented" and self.policy == "deployed" and not self.values

    def defaults(self) -> dict[str, object]:
        """Every parameter's value under the preset."""
        return preset_parameters(self.preset).values_by_name()

    def with_value(self, name: str, value: object) -> "ViewState":
        """The view with one parameter set, or taken out of `values` when it is the preset's own again."""
        checked = preset_parameters(self.preset)[name].checked(tidy(value)).value
        others = {n: v for n, v in self.values.items() if n != name}
        return replace(self, values=others if checked == self.defaults()[name] else {**others, name: checked})

    def query(self, **changes: object) -> str:
        """The view as the part of an address after `?`: only what differs from the defaults."""
        view = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        plain = {f.name: getattr(view, f.name) for f in fields(view) if f.name != "values"}
        told = {name: value for name, value in plain.items() if value != getattr(ViewState(), name)}
        return urlencode({**told, **{n: _text(v) for n, v in view.values.items()}})


@cache
def preset_parameters(preset: str) -> Parameters:
    """The economy's parameters under a preset, read once."""
    return hp.load(preset=preset).parameters


def tidy(value: object) -> object:
    """A slider's number without the dust of its steps: 1.9999999999999998 is 2."""
    return round(value, 6) if isinstance(value, float) else value


def read_query(query: Mapping[str, str]) -> tuple[ViewState, list[str]]:
    """The view an address asks for, and one sentence for each thing in it that cannot be used (its default is used)."""
    state, problems = ViewState(), []
    ordered = sorted(query.items(), key=lambda item: "." in item[0])
    for name, text in ordered:
        try:
            wished = _with(state, name, text)
            wished.candidate()
            state = wished
        except BadInput as error:
            problems.append(short(error))
    return state, problems


def short(error: BadInput) -> str:
    """The error in a line that fits a page: a long list of allowed names is left out when the nearest one is known."""
    if error.nearest is None or len(error.allowed or "") < LONG_LIST:
        return str(error)
    return f"{error.what}: {error.value!r}; did you mean {error.nearest!r}?"


def _with(state: ViewState, name: str, text: str) -> ViewState:
    if "." in name:
        return state.with_value(name, text)
    names = [f.name for f in fields(state) if f.name != "values"]
    if name not in names:
        raise unknown("setting in the address", name, names)
    if name in ("users", "days", "seed"):
        return replace(state, **{name: _whole(name, text)})
    choices = {"people": preset_names(), "preset": PRESETS, "policy": NOTIFICATION_POLICIES, "lang": LANGUAGES, "theme": THEMES}
    allowed = tuple(choices[name])
    if text not in allowed:
        raise unknown(name, text, allowed, "the address")
    return replace(state, **{name: text})


def _whole(name: str, text: str) -> int:
    low, high = {"users": (1, USERS[-1]), "days": (1, MOST_DAYS), "seed": (0, 2**31 - 1)}[name]
    try:
        value = int(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise BadInput(f"{name} cannot be used", where="the address", value=text, allowed=f"a whole number, {low} to {high}")
    return value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
