"""The checks of a document, one module for each row of the design's table; all pure."""
