"""What an event is made of: how it is rendered, judged and taken up again, and the words of what is
no longer in it."""
