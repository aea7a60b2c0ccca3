"""Coding by more than one person: rounds, agreement, adjudication; and how the coding frame changes and is exchanged."""
