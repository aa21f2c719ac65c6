"""How it looks: palette, words, cards, charts, the hourglass, the report, the cockpit and the page. Nothing asks the network."""
