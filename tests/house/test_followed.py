"""No way of writing a row that is followed passes over those who follow it."""

from django.apps import apps

from database.written import Followed, FollowedQuerySet


def test_managers_of_followed_models_tell() -> None:
    followed = [model for model in apps.get_models() if issubclass(model, Followed)]
    assert followed
    silent = [
        f"{model._meta.label}.{manager.name}"
        for model in followed
        for manager in model._meta.managers
        if not isinstance(manager.all(), FollowedQuerySet)
    ]
    assert silent == []
