from django.db import models


class InstalledGroup(models.Model):
    """Which of the network's groups is one that the portal declares, whatever it is called by now,
    and the rights that it was given as such (`accounts.groups`)."""

    key = models.CharField(max_length=40, primary_key=True)
    # It is empty once the network deleted the group, which is not made again.
    group = models.OneToOneField(
        "auth.Group", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # The rights as `User.has_perm` takes them: "articles.add_article".
    given = models.JSONField(default=list)

    class Meta:
        verbose_name = "groupe du portail"
        verbose_name_plural = "groupes du portail"
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
