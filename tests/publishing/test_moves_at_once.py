"""Several people who press the same button at the same moment, each having read the same page."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from articles.models import Article
from publishing import services
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

# As many as have a connection each, whatever the size of the pool.
PEOPLE = 2


def test_only_one_of_those_who_publish_at_once_does() -> None:
    article = ArticleFactory()
    seen = article.versions.latest("pk").pk
    ready = Barrier(PEOPLE, timeout=60)

    def press(_: int) -> bool:
        try:
            working = Article.objects.get(pk=article.pk)
            ready.wait()
            services.publish(working=working, by=None, expected=seen)
        except services.SavedMeanwhile:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(PEOPLE) as people:
        done = list(people.map(press, range(PEOPLE)))
    assert sorted(done) == [False] * (PEOPLE - 1) + [True]
    assert article.publications.count() == 1
    assert article.versions.count() == 2
