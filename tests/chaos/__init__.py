"""The chaos run: workers are killed while they write, and nothing may be lost or doubled."""
