from accounts.models.joining import AccessRequest, Invitation
from accounts.models.user import User, UserManager

__all__ = ["AccessRequest", "Invitation", "User", "UserManager"]
