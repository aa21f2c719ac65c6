"""A policy: the economy's parameters under a preset, the notification policy by name, and the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from .errors import BadInput, unknown
from .parameter_files import economy_parameters, flat, preset_values, read_toml
from .parameters import Parameters
from .values import RuleValues

RELEASES = Path(__file__).parent / "releases"
VERSION = "0.1.0"
_RELEASE_KEYS = ("name", "version", "economy", "preset", "notification")


@dataclass(frozen=True)
class Notification:
    """Which notification policy decides, and its parameters by name."""

    name: str = "deployed"
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """Everything a backend or a simulation needs to run the economy; `with_…` methods return a new one."""

    name: str
    version: str
    parameters: Parameters
    preset: str = "documented"
    notification: Notification = field(default_factory=Notification)
    economy: str = "hourglass"

    @cached_property
    def rules(self) -> RuleValues:
        """The parameters as rules compute with them (centigrains, switches as 0 and 1)."""
        return self.parameters.rule_values()

    @cached_property
    def catalogue(self):
        """Levels, keywords, goals, achievements, challenges and events, read and checked on first use."""
        from .catalogue import load_catalogue

        return load_catalogue(self.economy, self.parameters)

    def with_values(self, values: Mapping[str, object], where: str | None = None) -> "Policy":
        """The policy with some parameters changed, by dotted name, in human units; BadInput as for parameters."""
        return replace(self, parameters=self.parameters.with_values(values, where))

    def with_preset(self, preset: str) -> "Policy":
        """The policy with a preset's values set on top of its own; BadInput for an unknown preset."""
        return replace(self.with_values(preset_values(preset, self.economy), f"preset {preset}"), preset=preset)

    def with_notification(self, name: str, parameters: Mapping[str, object] | None = None) -> "Policy":
        """The policy with another notification policy."""
        return replace(self, notification=Notification(name, dict(parameters or {})))


def load(path_or_release: str | Path | None = None, *, preset: str = "documented") -> Policy:
    """The bundled baseline, a release by name or folder, or a TOML file of parameters; BadInput when there is none such."""
    baseline = Policy("baseline", VERSION, economy_parameters())
    if preset != "documented":
        baseline = baseline.with_preset(preset)
    if path_or_release is None or path_or_release == "baseline":
        return baseline
    path = _found(path_or_release)
    if path.is_dir():
        return _release(path)
    return replace(baseline.with_values(flat(read_toml(path), str(path)), str(path)), name=path.stem)


def release_names() -> list[str]:
    """Names of the bundled releases."""
    return sorted(p.parent.name for p in RELEASES.glob("*/release.toml"))


def _found(path_or_release: str | Path) -> Path:
    path = Path(path_or_release)
    if path.is_file() or (path / "release.toml").is_file():
        return path
    bundled = RELEASES / str(path_or_release)
    if (bundled / "release.toml").is_file():
        return bundled
    if path.is_dir():
        raise BadInput("no release.toml", where=str(path), allowed="a release folder")
    raise unknown("release or parameter file", str(path_or_release), ["baseline", *release_names()])


def _release(folder: Path) -> Policy:
    """A release folder: `release.toml` (name, version, preset, notification) and, beside it, `parameters.toml`."""
    where = str(folder / "release.toml")
    table = read_toml(folder / "release.toml")
    for key in table:
        if key not in _RELEASE_KEYS:
            raise unknown("release key", key, _RELEASE_KEYS, where)
    economy = table.get("economy", "hourglass")
    policy = Policy(table.get("name", folder.name), str(table.get("version", "0")), economy_parameters(economy), economy=economy)
    policy = policy.with_preset(table.get("preset", "documented"))
    own = folder / "parameters.toml"
    if own.is_file():
        policy = policy.with_values(flat(read_toml(own), str(own)), str(own))
    notification = table.get("notification", {"name": "deployed"})
    if not isinstance(notification, dict) or "name" not in notification:
        raise BadInput(
            "notification has no name", where=where, value=notification, allowed="a table with name and its parameters"
        )
    return policy.with_notification(notification["name"], {k: v for k, v in notification.items() if k != "name"})
