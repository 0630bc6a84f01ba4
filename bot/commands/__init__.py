"""One module for each subcommand of `ai-strategy`."""
