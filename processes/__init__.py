"""How the portal's processes end, and what they do when nobody can read what they say."""
