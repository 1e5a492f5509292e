"""Objects for the tests. `ArticleFactory(published=True)` goes through the real services, so that
what the tests read is what publishing makes."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as PillowImage
from stdnum import luhn

from accounts.models import User
from articles.models import Article, ArticleType, Block, Series
from events.models import Event, EventPublication, Registration, Session
from events.registrations.places import Asked, register
from glossary.models import Term
from media.models import Document, Image
from media.services import create_document, create_image
from publishing import services
from publishing.audiences import Role
from structures.models import ConsentText, Operator, Structure, Support
from structures.services import record_consent
from themes.models import Theme

ROLES_OF_GROUPS = {"Rédaction": Role.EDITOR, "Équipe nationale": Role.NATIONAL}


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne-{n}@reseau.example")
    first_name = factory.Sequence(lambda n: f"Prénom{n}")
    last_name = "Démo"

    @factory.post_generation
    def group(self: User, create: bool, name: str | None, **kwargs: Any) -> None:
        """`UserFactory(group="Rédaction")`: staff with the rights of that group in the whole
        country; `UserFactory(group="Rédaction", territories=[isere])` in theirs only."""
        if name:
            self.groups.add(Group.objects.get(name=name))
            self.is_staff = True
            self.whole_country = True
            if name in ROLES_OF_GROUPS:
                self.role = ROLES_OF_GROUPS[name]
            self.save()

    @factory.post_generation
    def territories(self: User, create: bool, territories: Any, **kwargs: Any) -> None:
        if territories:
            self.territories.set(territories)
            self.whole_country = False
            self.save()


class ThemeFactory(factory.django.DjangoModelFactory[Theme]):
    class Meta:
        model = Theme
        django_get_or_create = ("slug",)  # migrations make some

    name = factory.Sequence(lambda n: f"Thématique {n}")
    slug = factory.Sequence(lambda n: f"thematique-{n}")


class TermFactory(factory.django.DjangoModelFactory[Term]):
    class Meta:
        model = Term

    term = factory.Sequence(lambda n: f"Mot {n}")
    definition = "Ce que ce mot veut dire."
    slug = factory.Sequence(lambda n: f"mot-{n}")


class ArticleTypeFactory(factory.django.DjangoModelFactory[ArticleType]):
    class Meta:
        model = ArticleType
        django_get_or_create = ("slug",)  # migrations make some

    name = factory.Sequence(lambda n: f"Type {n}")
    slug = factory.Sequence(lambda n: f"type-{n}")


class SeriesFactory(factory.django.DjangoModelFactory[Series]):
    class Meta:
        model = Series
        django_get_or_create = ("slug",)  # migrations make some

    name = factory.Sequence(lambda n: f"Série {n}")
    slug = factory.Sequence(lambda n: f"serie-{n}")


class ArticleFactory(factory.django.DjangoModelFactory[Article]):
    """A complete draft, with one block of text. Traits: published, scheduled, archived, in_review,
    network."""

    class Meta:
        model = Article
        skip_postgeneration_save = True

    class Params:
        network = factory.Trait(audience="network")

    title = factory.Sequence(lambda n: f"Un article numéro {n}")
    slug = factory.Sequence(lambda n: f"un-article-numero-{n}")
    standfirst = factory.Sequence(lambda n: f"Le chapô de l’article numéro {n}.")
    type = factory.SubFactory(ArticleTypeFactory)
    published_on = date(2026, 3, 2)

    @factory.post_generation
    def themes(self: Article, create: bool, given: Any, **kwargs: Any) -> None:
        self.themes.set(given or [ThemeFactory()])

    @factory.post_generation
    def territories(self: Article, create: bool, given: Any, **kwargs: Any) -> None:
        self.territories.set(given or [])

    @factory.post_generation
    def structures(self: Article, create: bool, given: Any, **kwargs: Any) -> None:
        self.structures.set(given or [])

    @factory.post_generation
    def documents(self: Article, create: bool, given: Any, **kwargs: Any) -> None:
        for position, document in enumerate(given or []):
            self.attachments.create(document=document, position=position)

    @factory.post_generation
    def text(self: Article, create: bool, html: str | None, **kwargs: Any) -> None:
        BlockFactory(article=self, text=html or f"<p>Le corps de {self.title}.</p>")

    @factory.post_generation
    def related(self: Article, create: bool, targets: Any, **kwargs: Any) -> None:
        for position, target in enumerate(targets or []):
            self.related_articles.create(target=target, position=position)

    @factory.post_generation
    def saved(self: Article, create: bool, given: Any, **kwargs: Any) -> None:
        services.record_save(working=self, by=None)

    @factory.post_generation
    def in_review(self: Article, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            services.submit(working=self, by=UserFactory())
            self.refresh_from_db()

    @factory.post_generation
    def published(self: Article, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            services.publish(working=self, by=None)

    @factory.post_generation
    def scheduled(self: Article, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            services.publish(working=self, by=None, at=timezone.now() + timedelta(days=3))

    @factory.post_generation
    def archived(self: Article, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            services.publish(working=self, by=None)
            services.archive(working=self, by=UserFactory())
            self.refresh_from_db()


class BlockFactory(factory.django.DjangoModelFactory[Block]):
    class Meta:
        model = Block

    article = factory.SubFactory(ArticleFactory)
    kind = Block.Kind.TEXT
    text = "<p>Un paragraphe.</p>"


def picture(width: int = 640, height: int = 400, colour: str = "#b5472a") -> ContentFile[bytes]:
    """A PNG as an editor would upload it."""
    buffer = BytesIO()
    PillowImage.new("RGB", (width, height), colour).save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name="dessin.png")


def make_image(title: str = "Un dessin", by: User | None = None) -> Image:
    return create_image(title=title, content=picture(), by=by)


def make_document(
    title: str = "Une fiche", text: str = "a;b\n1;2\n", by: User | None = None
) -> Document:
    content = ContentFile(text.encode(), name="fiche.csv")
    return create_document(title=title, content=content, by=by)


def siret_of(number: int) -> str:
    """A valid Siret, another one for each number."""
    siren = f"{100_000_00 + number:08}"
    siren += luhn.calc_check_digit(siren)
    establishment = f"{siren}0001"
    return establishment + luhn.calc_check_digit(establishment)


class StructureFactory(factory.django.DjangoModelFactory[Structure]):
    """An association that nobody but the network sees. `public=True`: it agreed to be shown."""

    class Meta:
        model = Structure
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Association Exemple {n}")

    @factory.post_generation
    def public(self: Structure, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            record_consent(
                structure=self,
                text=ConsentText.objects.latest("id"),
                given_by="La présidence",
                given_on=date(2026, 1, 15),
                by=None,
            )


class OperatorFactory(factory.django.DjangoModelFactory[Operator]):
    class Meta:
        model = Operator

    name = factory.Sequence(lambda n: f"Structure porteuse {n}")
    slug = factory.Sequence(lambda n: f"structure-porteuse-{n}")
    kind = Operator.Kind.DEPARTMENTAL


class SupportFactory(factory.django.DjangoModelFactory[Support]):
    class Meta:
        model = Support
        skip_postgeneration_save = True

    structure = factory.SubFactory(StructureFactory)
    year = 2025

    @factory.post_generation
    def themes(self: Support, create: bool, given: Any, **kwargs: Any) -> None:
        self.themes.set(given or [])


class EventFactory(factory.django.DjangoModelFactory[Event]):
    """A complete draft of an online event, in thirty days from 10 h to 17 h. Traits: network,
    past, open (members register), open_to_all. `published=True` goes through the services."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    class Params:
        network = factory.Trait(audience="network")
        past = factory.Trait(
            starts_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))
        )
        open = factory.Trait(registration_for="members")
        open_to_all = factory.Trait(registration_for="everyone")

    title = factory.Sequence(lambda n: f"Un événement numéro {n}")
    slug = factory.Sequence(lambda n: f"un-evenement-numero-{n}")
    standfirst = factory.Sequence(lambda n: f"La présentation de l’événement numéro {n}.")
    format = "online"
    online_url = "https://visio.example/secret"
    starts_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    starts_time = time(10)
    ends_time = time(17)
    contact_email = "organisation@reseau.example"

    @factory.post_generation
    def themes(self: Event, create: bool, given: Any, **kwargs: Any) -> None:
        self.themes.set(given or [ThemeFactory()])

    @factory.post_generation
    def territories(self: Event, create: bool, given: Any, **kwargs: Any) -> None:
        self.territories.set(given or [])

    @factory.post_generation
    def structures(self: Event, create: bool, given: Any, **kwargs: Any) -> None:
        self.structures.set(given or [])

    @factory.post_generation
    def sessions(self: Event, create: bool, given: Any, **kwargs: Any) -> None:
        """`sessions=[{"title": …, "capacity": 2}]`: workshops that one registers for."""
        for position, values in enumerate(given or []):
            defaults = {"starts": time(14), "ends": time(15), "by_registration": True}
            Session.objects.create(event=self, position=position, **{**defaults, **values})

    @factory.post_generation
    def questions(self: Event, create: bool, given: Any, **kwargs: Any) -> None:
        for position, values in enumerate(given or []):
            self.questions.create(position=position, **values)

    @factory.post_generation
    def published(self: Event, create: bool, wanted: bool, **kwargs: Any) -> None:
        services.record_save(working=self, by=None)
        if wanted:
            services.publish(working=self, by=None)
            self.refresh_from_db()

    @factory.post_generation
    def in_review(self: Event, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            services.submit(working=self, by=UserFactory())

    @factory.post_generation
    def scheduled(self: Event, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            services.publish(working=self, by=None, at=timezone.now() + timedelta(days=3))

    @factory.post_generation
    def archived(self: Event, create: bool, wanted: bool, **kwargs: Any) -> None:
        if wanted:
            services.publish(working=self, by=None)
            services.archive(working=self, by=UserFactory())


# By the name of the kind (`publishing.kinds`): what makes one, given traits that all have.
CONTENT_FACTORIES: dict[str, Any] = {"articles": ArticleFactory, "events": EventFactory}


def live(event: Event) -> EventPublication:
    """What readers get of it."""
    found: EventPublication = EventPublication.objects.live().get(event=event)
    return found


def place_at(event: Event, email: str = "", **asked: Any) -> Registration:
    """Somebody asks for a place, as on the page."""
    number = event.registrations.count() + 1
    given = {
        "email": email or f"personne-{number}@ailleurs.example",
        "first_name": "Démo",
        "last_name": f"Participante {number}",
        **asked,
    }
    user = given.pop("user", None)
    return register(event=event, asked=Asked(**given), user=user, by_organiser=True)[0]


def at_paris(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
