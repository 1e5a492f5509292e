"""When an event is, for people and for calendars: words, months, files and feeds (RFC 5545)."""
