"""What a conversation remembers and how it goes on: the table of the dialogue and its rules."""
