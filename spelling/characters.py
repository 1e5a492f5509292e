"""Characters that show nothing, declared once: for names and addresses (`spelling`), for texts
(`publishing.unseen`) and for the browser, which is given `publishing.unseen_rules.RULES`.

Source: Unicode, `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt), and the marks of
interlinear annotations. Written as the inside of a class of a regular expression.
"""

# These are taken out of any text: they show nothing, and may carry a whole message.
UNSEEN = (
    "\u034f\u115f\u1160\u180e\u200b\u202d\u202e\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff"
)
# These shape writing or emoji (soft hyphens, directional marks, variants). They stay in running
# text; in a name of one line they only make two of what everybody reads as one.
SHAPING = (
    "\u00ad\u061c\u17b4\u17b5\u180b-\u180d\u180f\u200e\u200f\u202a-\u202c\u2066-\u2069\ufe00-\ufe0f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# These have no width, and are part of the spelling in the scripts of Persian or Hindi, and in some
# emoji.
JOINERS = "\u200c\u200d"
# These have two looks, of text and of emoji, chosen by a sign after them (Unicode,
# emoji-variation-sequences.txt).
VARIANTS = "\ufe0e\ufe0f"
SYMBOLS = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf"
    "\u23e9-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
# These make letters be read in another order than the one in which they are stored.
REORDERING = "\u202a-\u202e\u2066-\u2069"
# A keyboard writes all of these alike.
APOSTROPHES = "'’‘‛ʼʻʹʽʾʿ`´′ꞌ"
HYPHENS = "-‐‑‒–—―−"
# XML refuses these: one would break a whole feed. No database takes surrogates.
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
# This one is white without being a space to Unicode: a pattern of Braille without any dot.
BLANK = r"\s\u2800"
# The flags of England, Scotland and Wales are written with characters that show nothing.
# No others: any letters would be a message that nobody sees.
FLAG = "\U0001f3f4(?:{})\U000e007f".format(
    "|".join(
        "".join(chr(0xE0000 + ord(letter)) for letter in region)
        for region in ("gbeng", "gbsct", "gbwls")
    )
)
