"""Characters that show nothing, declared once: for names and addresses (`spelling`), for texts
(`publishing.unseen`) and for the browser, which is given `publishing.unseen_rules.RULES`.

Source: Unicode, `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt), and the marks of
interlinear annotations. Written as the inside of a class of a regular expression.
"""

# Taken out of any text: they show nothing, and may carry a whole message.
UNSEEN = (
    "\u034f\u115f\u1160\u180e\u200b\u202d\u202e\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff"
)
# What shapes writing or emoji (soft hyphens, directional marks, variants) stays in running text;
# in a name of one line it only makes two of what everybody reads as one.
SHAPING = (
    "\u00ad\u061c\u17b4\u17b5\u180b-\u180d\u180f\u200e\u200f\u202a-\u202c\u2066-\u2069\ufe00-\ufe0f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# Zero width, and part of the spelling in the scripts of Persian or Hindi, and in some emoji.
JOINERS = "\u200c\u200d"
# What makes letters be read in another order than the one in which they are stored.
REORDERING = "\u202a-\u202e\u2066-\u2069"
# Refused by XML: one would break a whole feed. No database takes surrogates.
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
# White without being a space to Unicode: a pattern of Braille without any dot.
BLANK = r"\s\u2800"
# The flags of England, Scotland and Wales are written with characters that show nothing.
FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f"
