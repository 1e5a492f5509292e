"""Replays that other sites keep: nothing is asked of them before the reader clicks."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit


def replay_player(url: str) -> tuple[str, str]:
    """Returns `(provider's name, address of its player)`; the address is empty when we know no
    player that our content policy lets in, and the reader then gets a plain link."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host in ("youtube.com", "youtube-nocookie.com", "m.youtube.com", "youtu.be"):
        key = parse_qs(parts.query).get("v", [parts.path.rsplit("/", 1)[-1]])[0]
        if key.replace("-", "").replace("_", "").isalnum():
            return "YouTube", f"https://www.youtube-nocookie.com/embed/{key}"
    if host in ("vimeo.com", "player.vimeo.com"):
        key = parts.path.rsplit("/", 1)[-1]
        if key.isdigit():
            return "Vimeo", f"https://player.vimeo.com/video/{key}?dnt=1"
    return host, ""


def replay(url: str, title: str, caption: str = "") -> dict[str, str] | None:
    """Returns what `contents/_replay.html` shows: `url title caption provider embed_url`. None
    without an address."""
    if not url:
        return None
    provider, player = replay_player(url)
    return {
        "url": url,
        "title": title,
        "caption": caption,
        "provider": provider,
        "embed_url": player,
    }
