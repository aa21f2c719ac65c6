"""The version of this distribution; shipping writes the release's own here."""

VERSION = "0.1.0"
