"""A card as Markdown, and as one HTML page that needs nothing from outside."""

from html import escape

from hourglass_sim.ship.card import Card, Section, Table

STYLE = """
:root { color-scheme: light dark; --ink: #1A1A1A; --page: #FFFAFA; --rule: #CFC7C7; --gold: #8A6D00; --alarm: #B00020; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #FFFAFA; --page: #1A1A1A; --rule: #4A4545; --gold: #FFD700; --alarm: #FF8A80; }
}
body { background: var(--page); color: var(--ink); font: 1rem/1.5 Georgia, "DejaVu Serif", serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, table { font-family: "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; border-top: 4px solid var(--gold); padding-top: .6rem; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
.verdict { font-size: 1.2rem; font-weight: bold; }
.warning { color: var(--alarm); }
.wide { overflow-x: auto; }
li { overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
"""


def card_markdown(card: Card) -> str:
    """The card as Markdown; the verdict is its first line."""
    lines = [f"**{_plain(card.verdict)}**", "", f"# {_plain(card.title)}", ""]
    for section in card.sections:
        lines += [f"## {_plain(section.title)}", ""]
        for paragraph in section.paragraphs:
            lines += [_plain(paragraph), ""]
        lines += [*(f"- {_plain(point)}" for point in section.points), *([""] if section.points else [])]
        lines += [*_markdown_table(section.table), ""] if section.table else []
    return "\n".join(lines).rstrip() + "\n"


def _markdown_table(table: Table) -> list[str]:
    rows = [table.columns, ("---",) * len(table.columns), *table.rows]
    return ["| " + " | ".join(_plain(cell) for cell in row) + " |" for row in rows]


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def card_html(card: Card) -> str:
    """The card as one page: styles inside, no script, no link, light and dark."""
    loud = " warning" if card.verdict.split(":")[0].isupper() else ""
    body = "\n".join(_html_section(section) for section in card.sections)
    page = f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(card.title)}</title><style>{STYLE}</style></head>
<body>
<p class="verdict{loud}">{escape(card.verdict)}</p>
<h1>{escape(card.title)}</h1>
{body}
</body>
</html>
"""
    return page.replace(" %", "&nbsp;%")


def _html_section(section: Section) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>", *(f"<p>{escape(text)}</p>" for text in section.paragraphs)]
    if section.points:
        parts.append("<ul>" + "".join(f"<li>{escape(point)}</li>" for point in section.points) + "</ul>")
    if section.table:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in section.table.columns)
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in section.table.rows)
        parts.append(f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>')
    return "\n".join(parts)
