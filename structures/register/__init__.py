"""The register in memory: what lists, counts, maps and figures of structures are read from.

One process holds, of every structure and every support, the few columns that filters and figures
ask about, as arrays of numbers (numpy). A page of the directory with the counts of all its filters
is then a few passes over arrays, the same on both databases and at any size, where SQL would group
the same rows once for each filter. The database stays the truth: rows are shown, and exported, only
as read from it again through `visible_to(user)`.

`arrays` holds the arrays and keeps them current; `communes` says which of them lie in a territory;
`axes` are what structures are told apart by; `selection` answers what an address asks; `figures`
adds up; `reading` is all of it as one person may read it.

Whoever does not see the supports reads figures of a protected copy: `displacement` alters it,
`editions` keeps it, `allowance` says how much of it may be asked at once, `precision` what it costs
honest readers. `counted` is what the register and its copy have in common.
"""
