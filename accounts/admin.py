from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from accounts.models import User


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    add_form = NewUserForm
    ordering = ("last_name", "first_name", "email")
    list_display = ("email", "last_name", "first_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "last_name", "first_name")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Personne", {"fields": ("first_name", "last_name")}),
        (
            "Droits",
            {
                "fields": ("is_active", "is_staff", "is_superuser", "groups"),
                "description": "Les droits viennent des groupes : Contribution (écrit et propose), "
                "Rédaction (publie aussi), Équipe nationale (tout le contenu).",
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )

    # Only a superuser makes one, or touches the account of one: managing accounts must not be a
    # way to more rights than one's own.
    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = tuple(super().get_readonly_fields(request, obj))
        return own if request.user.is_superuser else (*own, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "usable_password", "password1", "password2"),
            },
        ),
    )
