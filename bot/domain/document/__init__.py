"""The parts of a strategy: blocks, markers, phases and the numbers in its prose."""
