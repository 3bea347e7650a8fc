"""The pages that belong to no record type: the way in, and the keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kartotek.interfaces.web.frame import actor_of, fragment, is_partial, page, signed_in
from kartotek.interfaces.web.menu import types_in_menu


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The list that this person's role begins at, else the first of the menu."""
    actor = actor_of(request)
    lists = [one.key for one in types_in_menu(actor)]
    lists = [actor.start] if actor.start in lists else lists
    return HttpResponseRedirect(reverse("list", args=[lists[0]]) if lists else reverse("keys"))


@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    """Every key there is; the list writes itself from the menu and the declared actions."""
    if is_partial(request):
        return fragment(request, "keys.html", "keys")
    return page(request, "keys.html", here="keys")
