"""The admin of events: what is written, and what happens at the desk."""

from events.admin import event, vocabulary

__all__ = ["event", "vocabulary"]
