"""A correction taken out of a text that waits: what comes through, what stays, what is told."""

import itertools
import random
from collections.abc import Iterator

import pytest

from articles.models import Article, Block
from publishing.embargo import Embargo
from publishing.merging import Merged, merge

BLOCK: dict[str, object] = dict.fromkeys(Block.SNAPSHOT_FIELDS, "") | {
    "kind": "text",
    "image": None,
    "is_decorative": False,
    "document": None,
    "articles": [],
}


def text(words: str) -> dict[str, object]:
    return {**BLOCK, "text": f"<p>{words}</p>"}


def written(*blocks: str, **fields: object) -> dict[str, object]:
    return {"title": "Un titre", "themes": [1], "blocks": [text(b) for b in blocks], **fields}


def fix(
    online: dict[str, object], scheduled: dict[str, object], working: dict[str, object]
) -> Merged:
    embargo = Embargo(Article, Article.part_models(), online=online, scheduled=scheduled)
    return merge(
        Article,
        Article.part_models(),
        base=scheduled,
        theirs=working,
        ours=online,
        withheld=embargo.tells,
    )


def blocks_of(merged: Merged) -> list[str]:
    return [b["text"].removeprefix("<p>").removesuffix("</p>") for b in merged.data["blocks"]]


PUBLIC = "La mesure est annoncé, elle concerne les associations."
SECRET = "Elle sera dotée de douze millions."


@pytest.mark.parametrize(
    ("online", "scheduled", "working", "wanted"),
    [
        # The secret is a block of its own: a word and a sign of the public one are corrected.
        (
            [PUBLIC],
            [PUBLIC, SECRET],
            [PUBLIC.replace("annoncé,", "annoncée ;"), SECRET],
            ["La mesure est annoncée ; elle concerne les associations."],
        ),
        # It is a sentence of the paragraph that is corrected.
        (
            [PUBLIC],
            [f"{PUBLIC} {SECRET}"],
            [f"{PUBLIC.replace('annoncé,', 'annoncée,')} {SECRET}"],
            ["La mesure est annoncée, elle concerne les associations."],
        ),
        # It takes the place of a public word.
        (
            ["Le fonds sera doté de dix millions. Il ouvre en avril."],
            ["Le fonds sera doté de douze millions. Il ouvre en avril."],
            ["Le fonds sera doté de douze millions. Il ouvre en mai."],
            ["Le fonds sera doté de dix millions. Il ouvre en mai."],
        ),
        # It removes a public paragraph: the correction of another one does not.
        (
            ["Premier paragraphe.", "Second"],
            ["Second"],
            ["Le second"],
            ["Premier paragraphe.", "Le second"],
        ),
        # The correction removes a public paragraph, adds one behind it.
        (
            ["Un premier paragraphe.", "Un autre, de trop."],
            ["Un premier paragraphe.", "Un autre, de trop.", SECRET],
            ["Un premier paragraphe.", "Et voici tout nouveau.", SECRET],
            ["Un premier paragraphe.", "Et voici tout nouveau."],
        ),
    ],
)
def test_correction_comes_without_what_is_scheduled(
    online: list[str], scheduled: list[str], working: list[str], wanted: list[str]
) -> None:
    merged = fix(written(*online), written(*scheduled), written(*working))
    assert blocks_of(merged) == wanted
    assert merged.left_out == []


@pytest.mark.parametrize(
    ("working", "told"),
    [
        # The correction is of the secret itself.
        ([PUBLIC, "Elle sera dotée de treize millions."], ["bloc 2"]),
        # The secret is repeated where the public text is.
        ([f"{PUBLIC} {SECRET}", SECRET], ["bloc 1"]),
        # The secret is rewritten, of which a word is left.
        ([PUBLIC, "On parle de millions, et de bien autre chose encore."], ["bloc 2"]),
        # A copy of the secret is added.
        ([PUBLIC, SECRET, SECRET], ["bloc 3"]),
    ],
)
def test_what_is_scheduled_never_comes_with_the_correction(
    working: list[str], told: list[str]
) -> None:
    merged = fix(written(PUBLIC), written(PUBLIC, SECRET), written(*working))
    assert blocks_of(merged) == [PUBLIC]
    assert merged.left_out == told


def test_address_of_a_link_that_waits_does_not_come() -> None:
    link = 'Voir <a href="https://nomination.example/">la page</a>.'
    online, scheduled = written(PUBLIC, "Voir la page."), written(PUBLIC, link)
    merged = fix(online, scheduled, written(PUBLIC, link, f"Nouveau\u00a0: {link}"))
    assert "nomination" not in str(merged.data)
    assert merged.left_out == ["bloc 3"]


def test_fields_that_say_one_thing_are_not_taken_apart() -> None:
    online = written(PUBLIC, cover=1, cover_alt="Une salle", cover_is_decorative=False)
    scheduled = written(PUBLIC, cover=2, cover_alt="Un prix", cover_is_decorative=False)
    working = {**scheduled, "cover_alt": "Un prix remis", "title": "Un beau titre"}
    merged = fix(online, scheduled, working)
    assert merged.data == {**online, "title": "Un beau titre"}
    assert merged.left_out == ["image de couverture, texte de remplacement, image décorative"]


def test_lists_take_what_was_added_and_what_was_removed() -> None:
    online, scheduled = written(themes=[1, 2]), written(themes=[1, 2, 3])
    assert fix(online, scheduled, written(themes=[2, 3, 4])).data["themes"] == [2, 4]


def test_no_break_spaces_keep_nothing_from_coming_through() -> None:
    """The sanitiser writes them by their name, columns as they are."""
    before = "<p>Pourquoi\u00a0? La mesure est annoncé.</p>"
    online = written(blocks=[{**BLOCK, "text": before}])
    scheduled = written(blocks=[{**BLOCK, "text": before.replace("</p>", f" {SECRET}</p>")}])
    corrected = before.replace("annoncé", "annoncée")
    working = written(blocks=[{**BLOCK, "text": corrected.replace("</p>", f" {SECRET}</p>")}])
    merged = fix(online, scheduled, working)
    assert merged.data["blocks"][0]["text"] == corrected
    assert merged.left_out == []


def test_markup_is_never_cut_in_two() -> None:
    before, waits = "<p>Un mot simple ici.</p>", "<p>Un <strong>mot secret</strong> ici.</p>"
    online = written(blocks=[{**BLOCK, "text": before}])
    scheduled = written(blocks=[{**BLOCK, "text": waits}])
    working = written(blocks=[{**BLOCK, "text": "<p>Un <em>mot secret</em> ici, donc.</p>"}])
    merged = fix(online, scheduled, working)
    assert merged.data["blocks"][0]["text"] in (before, "<p>Un mot simple ici, donc.</p>")
    assert merged.left_out == ["bloc 1 : texte"]


def test_programme_is_matched_by_key_whatever_its_words() -> None:
    from events.models import Event

    def session(key: str, **values: object) -> dict[str, object]:
        return {"key": key, "title": key, "day": None, "starts": "10:00", "ends": "11:00", **values}

    online = {"sessions": [session("a"), session("b")]}
    scheduled = {"sessions": [session("a", title="L’invitée surprise"), session("b"), session("c")]}
    working = {
        "sessions": [
            session("a", title="L’invitée surprise", room="Salle 2"),
            session("b", starts="10:30"),
            session("c"),
        ]
    }
    embargo = Embargo(Event, Event.part_models(), online=online, scheduled=scheduled)
    merged = merge(
        Event,
        Event.part_models(),
        base=scheduled,
        theirs=working,
        ours=online,
        withheld=embargo.tells,
    )
    assert merged.data["sessions"] == [session("a", room="Salle 2"), session("b", starts="10:30")]


def test_no_word_of_what_waits_comes_through_whatever_is_changed() -> None:
    """Texts drawn at random, changed, moved and copied at random: the words that only the scheduled
    version has are all of their own, so that any of them in the result came through."""
    chance = random.Random(14)
    public = [f"mot{n}" for n in range(60)]
    secret = (f"secret{n}" for n in itertools.count())
    new = (f"neuf{n}" for n in itertools.count())

    def changed(blocks: list[str], fresh: Iterator[str], times: int) -> list[str]:
        rows = [block.split() for block in blocks]
        for _ in range(times):
            match chance.randrange(5):
                case 0:
                    words = [next(fresh) for _ in range(chance.randrange(1, 8))]
                    rows.insert(chance.randrange(len(rows) + 1), words)
                case 1 if rows:
                    rows.pop(chance.randrange(len(rows)))
                case 2 if rows:
                    rows.insert(0, rows.pop(chance.randrange(len(rows))))
                case 3 if rows:
                    chance.choice(rows).extend(chance.choice(rows)[: chance.randrange(1, 6)])
                case 4 if rows:
                    row = chance.choice(rows)
                    at = chance.randrange(len(row) + 1)
                    row[at : at + chance.randrange(3)] = [
                        next(fresh) for _ in range(chance.randrange(3))
                    ]
        return [" ".join(row) for row in rows if row]

    came = 0
    for _ in range(300):
        online = [
            " ".join(chance.choice(public) for _ in range(chance.randrange(1, 14)))
            for _ in range(chance.randrange(1, 6))
        ]
        scheduled = changed(online, secret, 3)
        working = changed(scheduled, new, 2)
        result = str(fix(written(*online), written(*scheduled), written(*working)).data)
        assert "secret" not in result
        came += "neuf" in result
        # Nothing was corrected, or what is online was taken up: it stays as it is.
        for same in (scheduled, online):
            assert fix(written(*online), written(*scheduled), written(*same)).data == written(
                *online
            )
    assert came > 100
