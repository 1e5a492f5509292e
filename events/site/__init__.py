"""What visitors and members see of events: the agenda, pages, places, calendars, feeds."""
