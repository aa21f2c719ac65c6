"""Says how many random policies, lives and user-days the property tests tried."""


def pytest_terminal_summary(terminalreporter):
    """One line after the tests, when any property test ran in this process."""
    from random_lives import TRIED

    if TRIED:
        counts = ", ".join(f"{number:,} {name}" for name, number in sorted(TRIED.items()))
        terminalreporter.write_line(f"property tests tried {counts} (HOURGLASS_LONG=1 tries 25 times as many)")
