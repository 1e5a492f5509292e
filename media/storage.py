from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files that only a view hands out, after asking who reads. Without an address of its own,
    Django would give theirs under MEDIA_URL."""

    def url(self, name: str | None) -> str:
        raise ValueError(f"{name} is private: it has no address")
