"""The 22 regions of the mainland from 1982 to 2015, told by today's departments (Insee, COG 2015).

Overseas regions have not changed. Codes are those of the time, some of which are in use today.
"""

from __future__ import annotations

UNTIL = 2015

FORMER_REGIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "42": ("Alsace", ("67", "68")),
    "72": ("Aquitaine", ("24", "33", "40", "47", "64")),
    "83": ("Auvergne", ("03", "15", "43", "63")),
    "25": ("Basse-Normandie", ("14", "50", "61")),
    "26": ("Bourgogne", ("21", "58", "71", "89")),
    "53": ("Bretagne", ("22", "29", "35", "56")),
    "24": ("Centre", ("18", "28", "36", "37", "41", "45")),
    "21": ("Champagne-Ardenne", ("08", "10", "51", "52")),
    "94": ("Corse", ("2A", "2B")),
    "43": ("Franche-Comté", ("25", "39", "70", "90")),
    "23": ("Haute-Normandie", ("27", "76")),
    "11": ("Île-de-France", ("75", "77", "78", "91", "92", "93", "94", "95")),
    "91": ("Languedoc-Roussillon", ("11", "30", "34", "48", "66")),
    "74": ("Limousin", ("19", "23", "87")),
    "41": ("Lorraine", ("54", "55", "57", "88")),
    "73": ("Midi-Pyrénées", ("09", "12", "31", "32", "46", "65", "81", "82")),
    "31": ("Nord-Pas-de-Calais", ("59", "62")),
    "52": ("Pays de la Loire", ("44", "49", "53", "72", "85")),
    "22": ("Picardie", ("02", "60", "80")),
    "54": ("Poitou-Charentes", ("16", "17", "79", "86")),
    "93": ("Provence-Alpes-Côte d’Azur", ("04", "05", "06", "13", "83", "84")),
    "82": ("Rhône-Alpes", ("01", "07", "26", "38", "42", "69", "73", "74")),
}

OF_DEPARTMENT = {
    department: code
    for code, (_, departments) in FORMER_REGIONS.items()
    for department in departments
}
