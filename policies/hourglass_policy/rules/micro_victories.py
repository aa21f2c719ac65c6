"""Which goals are micro-victories: small acts that count for more in Phoenix mode (RULES 1.9)."""

from ..catalogue.keywords import KeywordTable
from ..errors import BadInput


def micro_victory_word(title: str, table: KeywordTable) -> str | None:
    """The first listed part that a title contains, else None; parts match inside words too, as deployed (RULES 1.9)."""
    if not isinstance(title, str):
        raise BadInput("a goal title is a text", value=title, allowed="a text in quotes")
    plain = table.plain(title)
    return next((part for part in table.micro_victories if part in plain), None)
