"""Words for reasons, shared by the notification policies."""


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 message`, `6 messages`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def at_own_hour(hour: int, openings: int, learn_after: int) -> str:
    """Why a message comes at this hour: learned, or the first hour while too little is known."""
    if openings >= learn_after:
        return f"usual hour {hour} learned from {counted(openings, 'opening')}"
    return f"hour {hour} while only {counted(openings, 'opening')} of {learn_after} are known"
