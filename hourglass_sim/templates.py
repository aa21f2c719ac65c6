"""New files to edit: a preset, people or a whole economy, every line with its unit, range and source."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import hourglass_policy as hp
from hourglass_policy import Parameter
from hourglass_policy.errors import BadInput, unknown
from hourglass_policy.parameter_files import data_file, preset_values

from hourglass_sim.files import write_text
from hourglass_sim.people.people import RANGES, SHIFTS, TRAITS, People, definitions, load_people

KINDS = ("preset", "people", "economy")
SHIFT_WORDS = {
    "openness": "log-odds, -6 to 6: added to every persona's openness",
    "spread": "factor, 0 to 5: multiplies how far people differ in openness",
    "leave": "factor, 0 to 50: multiplies every leaving rate",
}


def new_file(kind: str, name: str, *, start: str | None = None, force: bool = False) -> Path:
    """Write a new `kind` (preset, people or economy) from a template and return its path; `name` may be a path.

    `start` is what it begins from: a preset, a population or an economy (defaults: documented, habit, hourglass). An existing file
    or folder is left alone unless `force`. Raises BadInput for an unknown kind or start, or a place that cannot be written.
    """
    if kind not in KINDS:
        raise unknown("kind of file", kind, KINDS)
    if kind == "economy":
        return _new_economy(Path(name), start or "hourglass", force)
    path = Path(name) if name.endswith(".toml") else Path(f"{name}.toml")
    text = preset_text(path.stem, start or "documented") if kind == "preset" else people_text(path.stem, start or "habit")
    _refuse_existing(path, force)
    return write_text(path, text)


def _refuse_existing(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise BadInput("is there already", where=str(path), allowed="another name, or --force to replace it")


def preset_text(name: str, start: str = "documented") -> str:
    """A preset as TOML: what `start` changes stands as a line, every other parameter as a comment with its value."""
    changed, economy = preset_values(start), hp.economy_parameters()
    lines = [
        f"# Preset {name}, begun from {start}. A line without # changes the economy's own value; take the # away and edit.",
        f"# Use it: hourglass simulate --preset {name}.toml      Check it: hourglass check {name}.toml",
        "",
    ]
    group = ""
    for p in economy.values():
        head, _, field = p.name.partition(".")
        if head != group:
            lines += [*([""] if group else []), f"[{head}]"]
            group = head
        lines += [f"# {explained(p)}", f"{'' if p.name in changed else '# '}{field} = {_toml(changed.get(p.name, p.value))}"]
    return "\n".join(lines) + "\n"


def people_text(name: str, start: str = "habit") -> str:
    """People as TOML: personas and their traits, shifts, hours, and every mechanism with its value."""
    people = load_people(start)
    return "\n".join([*_people_head(name, people, start), *_people_values(people), *_personas(people)]) + "\n"


def _people_head(name: str, people: People, start: str) -> list[str]:
    return [
        f"# People {name}, begun from {start}. Use them: hourglass simulate --people {name}.toml    Check: hourglass check {name}.toml",
        f'title = "{name}"', f'description = "begun from {start}"', "",
        "[shift]  # moves a whole population",
        *(f"{key.partition('.')[2]} = {people.value(key)!r}  # {SHIFT_WORDS[key.partition('.')[2]]}" for key in SHIFTS), "",
        "[hours]  # how openings spread over the hours 0 to 23, any scale",
        f"weights = [{', '.join(repr(float(w)) for w in people.hour_weights)}]", "",
    ]  # fmt: skip


def _people_values(people: People) -> list[str]:
    lines = ["[values]  # mechanisms; a line without # changes the value in definitions.toml"]
    for p in definitions().values():
        mark = "" if p.name in people.values else "# "
        lines += [f"# {explained(p)}", f'{mark}"{p.name}" = {people.value(p.name)!r}']
    return lines


def _personas(people: People) -> list[str]:
    lines = ["", "# Kinds of people. Shares may have any scale. Each trait: mean or spread, with its range."]
    for persona in people.personas:
        lines += ["", f"[personas.{persona.name}]", f'title = "{persona.title}"', f"share = {persona.share!r}"]
        lines += [f"{t} = {persona.traits[t]!r}  # {RANGES[t][0]:g} to {RANGES[t][1]:g}" for t in TRAITS]
    return lines


def _new_economy(folder: Path, start: str, force: bool) -> Path:
    source = Path(data_file(start, "parameters.toml")).parent
    _refuse_existing(folder, force)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(source.glob("*.toml")):
            shutil.copyfile(file, folder / file.name)
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror})", where=str(folder), allowed="a folder you may write to") from error
    return folder


def explained(p: Parameter) -> str:
    """What a parameter is, its unit, range and source, in one line."""
    span = " | ".join(p.choices) or ("true | false" if p.kind == "bool" else f"{p.low:g} to {p.high:g}")
    return f"{p.description} · {p.unit}, {span} · {p.source}"


def names_of_kind(kind: str) -> Iterable[str]:
    """What a new file of a kind can begin from."""
    from hourglass_sim.people.people import preset_names

    return {"preset": hp.preset_names(), "people": preset_names(), "economy": ("hourglass",)}[kind]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else repr(value)
