"""What is suggested, as the search box of each page and the browsers' own take it."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from publishing.structured_data import absolute
from search.suggestions import suggest


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """`?q=` what is typed. JSON, the best first:
    `{"query", "groups": [{"label", "options": [{"id", "label", "detail", "url"}]}]}`.

    With `?format=opensearch`, what browsers take for their own boxes (OpenSearch Suggestions 1.1):
    `[query, [names], [details], [addresses]]`.
    """
    typed = request.GET.get("q", "")
    groups = suggest(typed, request.user)
    response: JsonResponse
    if request.GET.get("format") == "opensearch":
        every = [one for group in groups for one in group.suggestions]
        response = JsonResponse(
            [
                typed,
                [one.title for one in every],
                [one.detail for one in every],
                [absolute(one.url) for one in every],
            ],
            safe=False,
            content_type="application/x-suggestions+json",
        )
    else:
        response = JsonResponse(
            {
                "query": typed,
                "groups": [
                    {
                        "label": group.kind.title,
                        "options": [
                            {
                                "id": one.url,
                                "label": one.title,
                                "detail": one.detail,
                                "url": one.url,
                            }
                            for one in group.suggestions
                        ],
                    }
                    for group in groups
                ],
            }
        )
    # Nobody is answered with what another may read, nor with what was online a moment ago.
    response["Cache-Control"] = "private, no-store"
    return response
