"""The terminal: the smallest platform, with numbered choices for buttons."""
