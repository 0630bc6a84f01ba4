"""The AI strategy bot: somebody says something, the bot decides, work is done, the world is touched."""
