"""Use-case: write, check, repair and publish a strategy, section by section."""
