"""What comes back from the people who received a briefing: their Word file, read against what each sentence rests on."""
