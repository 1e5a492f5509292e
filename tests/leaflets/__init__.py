"""A small kind of content, for the tests alone. It is what whoever writes the next room would
write, and nothing else. No other file of the portal knows it."""
