"""Ways to run the reader over many articles."""
