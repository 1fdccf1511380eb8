"""The rules of a campaign, and nothing else: no clock, no database, no network."""
