"""The explorer: a record as pages on this machine."""
