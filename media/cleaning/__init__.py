"""Files as readers may have them: what the author's screen does not show is taken out, or told.

Two things lie in a file beside what its author sees. What says who made it, when, where and with
which program (metadata, thumbnails, former revisions, paths) is *removed*, since nothing that is
shown depends on it. What is hidden in the work itself (comments, tracked changes, hidden sheets,
speakers' notes…) is *told*: to remove it would be to write another document than the author's.

Each module knows one family of formats, and nothing of Django: `media.cleaning.sandbox` runs them
in a process of its own, whose memory and time are bounded, since the libraries that read files of
strangers are where a hostile one strikes.
"""
