"""The text inside documents, as readers see it: what search finds.

Each module knows one family of formats, and nothing of Django; it reads the file that
`media.cleaning` wrote, and leaves out what that file hides, by the same rules. `media.reading.
process` runs them in a process of its own, whose memory and time are bounded: a file that cannot be
read has no text, and nobody is refused for it.
"""
