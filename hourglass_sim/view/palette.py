"""The product's colours in a light and a dark theme. Text colours reach WCAG AA (4.5 : 1), lines and marks 3 : 1."""

from dataclasses import dataclass, fields

from hourglass_policy.errors import unknown

GOLD, SNOW, DARK, PHOENIX, ALARM = "#FFD700", "#FFFAFA", "#1A1A1A", "#FF6B35", "#FF4444"
SEASON_COLOURS = {"winter": "#4A90E2", "spring": "#7CB342", "summer": "#FFD54F", "autumn": "#FF8A65"}
DEPLOYED_BLUE = "#4A90E2"


@dataclass(frozen=True)
class Palette:
    """Colours by role. `x` is a line or mark, `x_text` the same role as text, `x_fill` a band or bar behind marks."""

    name: str
    page: str
    surface: str
    border: str
    grid: str
    zero: str
    text: str
    muted: str
    baseline: str
    baseline_text: str
    baseline_fill: str
    candidate: str
    candidate_text: str
    candidate_fill: str
    deployed: str
    deployed_text: str
    deployed_fill: str
    phoenix: str
    phoenix_text: str
    mist: str
    mist_text: str
    reward: str
    reward_text: str
    good: str
    bad: str
    bad_text: str
    target: str

    def role(self, name: str) -> tuple[str, str, str]:
        """Line, text and fill colour of `baseline`, `candidate` or `deployed`."""
        if name not in ("baseline", "candidate", "deployed"):
            raise unknown("role", name, ("baseline", "candidate", "deployed"))
        return getattr(self, name), getattr(self, f"{name}_text"), getattr(self, f"{name}_fill")

    def css(self) -> str:
        """The colours as CSS custom properties, `--hg-<role>`."""
        return "".join(f"--hg-{f.name.replace('_', '-')}:{getattr(self, f.name)};" for f in fields(self) if f.name != "name")


LIGHT = Palette(
    name="light", page="#FBF8F5", surface="#FFFFFF", border="#E2DCD5", grid="#EEE9E3", zero="#8C857D",
    text=DARK, muted="#5E5852", baseline="#7D7D7D", baseline_text="#636363", baseline_fill="#D3D3D3",
    candidate="#B08600", candidate_text="#7A5D00", candidate_fill=GOLD,
    deployed="#3D85DA", deployed_text="#1F61B0", deployed_fill="#A9CBF2",
    phoenix="#F0581F", phoenix_text="#B23C0B",
    mist="#3E8791", mist_text="#2C6C75", reward="#8E5BB5", reward_text="#7A459F",
    good="#2E7D32", bad="#E03131", bad_text="#C01F1F", target="#4E4A45",
)  # fmt: skip
NIGHT = Palette(
    name="dark", page="#121212", surface=DARK, border="#3A3733", grid="#2B2927", zero="#8F8982",
    text=SNOW, muted="#B9B2AA", baseline="#9E9E9E", baseline_text="#BDBDBD", baseline_fill="#5C5C5C",
    candidate="#FFD701", candidate_text="#FFDE3D", candidate_fill="#8F7A00",
    deployed="#6AA8F0", deployed_text="#8CBDF5", deployed_fill="#2C5E9E",
    phoenix=PHOENIX, phoenix_text="#FF8F66",
    mist="#7FC4CE", mist_text="#8ACFD9", reward="#C39AE0", reward_text="#CBA6E6",
    good="#6CC070", bad="#FF6B6B", bad_text="#FF8585", target="#CFC8C0",
)  # fmt: skip
THEMES = {"light": LIGHT, "dark": NIGHT}


def palette(theme: str) -> Palette:
    """The palette of a theme, `light` or `dark`; BadInput otherwise."""
    if theme not in THEMES:
        raise unknown("theme", theme, THEMES)
    return THEMES[theme]


def contrast(a: str, b: str) -> float:
    """WCAG 2.1 contrast ratio of two `#RRGGBB` colours, 1 to 21. Source: WCAG 2.1, relative luminance."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def light_to_dark() -> dict[str, str]:
    """Each light colour's counterpart, for pages that follow the reader's theme; keys are unique, lower case."""
    pairs = {getattr(LIGHT, f.name): getattr(NIGHT, f.name) for f in fields(Palette) if f.name != "name"}
    return {light.lower(): dark for light, dark in pairs.items()}
