"""A policy: the economy's parameters under a preset, the notification policy by name, and the catalogue."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from .errors import BadInput, unknown
from .fixed import FixedDict
from .parameter_files import economy_parameters, flat, preset_values, read_toml
from .parameters import Parameters
from .version import VERSION

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .values import RuleValues

RELEASES = os.path.join(os.path.dirname(__file__), "releases")
_RELEASE_KEYS = ("name", "version", "economy", "preset", "notification")


class Notification(NamedTuple):
    """Which notification policy decides, and its parameters by name; a policy's own cannot be changed in place."""

    name: str
    parameters: Mapping[str, object]


class Policy(NamedTuple):
    """Everything a backend or a simulation needs to run the economy; `with_…` methods return a new one."""

    name: str
    version: str
    parameters: Parameters
    preset: str
    notification: Notification
    economy: str

    @property
    def rules(self) -> "RuleValues":
        """The parameters as rules compute with them (centigrains, switches as 0 and 1)."""
        return self.parameters.rule_values()

    @property
    def catalogue(self) -> "Catalogue":
        """Levels, keywords, goals, achievements, challenges and events, read and checked on first use."""
        from .catalogue import economy_catalogue

        return economy_catalogue(self.economy, self.rules.levels.max_level)

    def with_values(self, values: Mapping[str, object], where: str | None = None) -> "Policy":
        """The policy with some parameters changed, by dotted name, in human units; BadInput as for parameters."""
        return self._replace(parameters=self.parameters.with_values(values, where))

    def with_preset(self, preset: str) -> "Policy":
        """The policy with a preset's values set on top of its own; BadInput for an unknown preset."""
        return self.with_values(preset_values(preset, self.economy), f"preset {preset}")._replace(preset=preset)

    def with_notification(self, name: str, parameters: Mapping[str, object] | None = None) -> "Policy":
        """The policy with another notification policy; BadInput for parameters that are no dict."""
        if not isinstance(parameters, Mapping | None):
            raise BadInput("parameters of a notification policy are not a dict", value=parameters, allowed="values by name")
        return self._replace(notification=Notification(name, FixedDict(parameters or {})))


def baseline(economy: str = "hourglass") -> Policy:
    """The economy's own values under the deployed notification policy."""
    return Policy("baseline", VERSION, economy_parameters(economy), "documented", Notification("deployed", FixedDict()), economy)


def load(path_or_release: str | os.PathLike[str] | None = None, *, preset: str | None = None) -> Policy:
    """The bundled release or baseline, a release by name or folder, or a TOML file of parameters; BadInput when there is none.

    Without arguments: the release that this distribution was shipped with, else the baseline; when that release is damaged, the
    baseline with a warning and under a name that says so. A damaged release asked for by name is BadInput. `preset` asks for
    the baseline's values and is set before a file's own, which therefore win; a release brings its own preset.
    """
    if path_or_release is None and preset is None and os.path.isdir(RELEASES):
        from .bundle import load_default

        return load_default()
    start = baseline().with_preset(preset or "documented")
    if path_or_release is None or path_or_release == "baseline":
        return start
    if not isinstance(path_or_release, (str, os.PathLike)):
        raise BadInput("not a release or parameter file", value=path_or_release, allowed="a name or a path")
    path = _found(os.fspath(path_or_release))
    if os.path.isdir(path):
        return _release(path)
    name = os.path.splitext(os.path.basename(path))[0]
    return start.with_values(flat(read_toml(path), path), path)._replace(name=name)


def release_names() -> list[str]:
    """Names of the bundled releases."""
    names = os.listdir(RELEASES) if os.path.isdir(RELEASES) else []
    return sorted(n for n in names if os.path.isfile(os.path.join(RELEASES, n, "release.toml")))


def _found(path: str) -> str:
    for candidate in (path, os.path.join(RELEASES, path)):
        if os.path.isfile(os.path.join(candidate, "release.toml")):
            return candidate
    if os.path.isfile(path):
        return path
    if os.path.isdir(path):
        raise BadInput("no release.toml", where=path, allowed="a release folder")
    raise unknown("release or parameter file", path, ["baseline", *release_names()])


def _release(folder: str) -> Policy:
    """A release folder: `release.toml` (name, version, preset, notification) and, beside it, `parameters.toml`."""
    where = os.path.join(folder, "release.toml")
    if any(os.path.isfile(os.path.join(folder, name)) for name in ("manifest.json", "manifest.sig", "provenance.json")):
        from .bundle import require_whole

        require_whole(folder)
    table = read_toml(where)
    for key in table:
        if key not in _RELEASE_KEYS:
            raise unknown("release key", key, _RELEASE_KEYS, where)
    for key in ("economy", "preset"):
        if not isinstance(table.get(key, ""), str):
            raise BadInput(f"{key} is not a name", where=where, value=table[key], allowed="a text")
    policy = baseline(table.get("economy", "hourglass")).with_preset(table.get("preset", "documented"))
    policy = policy._replace(name=str(table.get("name", os.path.basename(folder))), version=str(table.get("version", "0")))
    own = os.path.join(folder, "parameters.toml")
    if os.path.isfile(own):
        policy = policy.with_values(flat(read_toml(own), own), own)
    notification = table.get("notification", {"name": "deployed"})
    if not isinstance(notification, dict) or "name" not in notification:
        raise BadInput(
            "notification has no name", where=where, value=notification, allowed="a table with name and its parameters"
        )
    own = {k: v for k, v in notification.items() if k != "name"}
    if notification["name"] != "deployed" or own:
        from .decisions import policy_named

        policy_named(notification["name"], own, where)
    return policy.with_notification(notification["name"], own)
