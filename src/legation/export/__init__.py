"""Ways out: other formats that a record is written in."""
