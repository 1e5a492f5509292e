"""The letters about an event: to those who registered, to those who are invited."""
