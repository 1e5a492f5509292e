from accounts.models.groups import InstalledGroup
from accounts.models.joining import AccessRequest, Invitation
from accounts.models.user import User, UserManager

__all__ = ["AccessRequest", "InstalledGroup", "Invitation", "User", "UserManager"]
