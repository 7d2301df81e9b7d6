"""Ways out: other formats that a record is written in."""

NAMES: tuple[str, ...] = ("plover", "icews", "gdelt", "polecat", "dyad-month", "csv", "parquet", "sqlite", "ics")
"""Names of the formats; `formats.FORMATS` has what they are. Here, so that the command need not load them to ask."""
