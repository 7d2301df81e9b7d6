"""Which claims are about one event."""
