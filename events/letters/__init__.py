"""What people are written about an event: to those who registered, to those who are invited."""
