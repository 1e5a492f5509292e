from django.http import FileResponse, Http404

from media.models import Document


def document_response(document: Document) -> FileResponse:
    """The file, always as a download and never read as a page. The caller has decided who may;
    what hides something is given to nobody before somebody says that it is meant."""
    if document.is_held:
        raise Http404
    response = FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.file_name,
        content_type=document.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": True}  # type: ignore[attr-defined]  # read by CSPMiddleware
    return response
