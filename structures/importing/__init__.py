"""Structures and their supports are read from files: the network's own and the official ones.

`reading` turns a file into rows, whatever its encoding; `official` and `network` turn a row into a
draft; `matching` finds the structure that a draft is about; `applying` writes a batch of drafts in
one transaction; `runs` goes through a file, resumes and tells; `undoing` takes a run back.
"""
