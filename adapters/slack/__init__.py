"""Slack: doors, what comes in, what goes out, each by its own module."""
