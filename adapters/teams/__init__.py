"""Microsoft Teams: the door for activities, the chat over the Bot Connector, cards, streams and the app package."""
