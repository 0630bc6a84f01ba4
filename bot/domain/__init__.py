"""What the bot knows and decides: pure, no I/O, no clock."""
