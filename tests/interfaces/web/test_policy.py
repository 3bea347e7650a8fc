"""The policy that every answer carries: nothing runs or loads but what we serve."""

from django.http import HttpResponse
from django.test import RequestFactory

from kartotek.interfaces.web.assets import import_map_hash
from kartotek.interfaces.web.policy import PolicyMiddleware

STRICT = (
    "default-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'; script-src 'self' "
)


def answered(given: HttpResponse) -> HttpResponse:
    return PolicyMiddleware(lambda _request: given)(RequestFactory().get("/"))


def test_every_answer_carries_the_strict_policy():
    given = HttpResponse("x")
    answer = answered(given)
    assert answer is given
    assert answer["Content-Security-Policy"] == STRICT + import_map_hash()


def test_no_browser_guesses_a_kind_and_no_other_house_learns_an_address():
    answer = answered(HttpResponse("x"))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_an_answer_with_a_policy_of_its_own_keeps_it():
    own = {"Content-Security-Policy": "sandbox", "Referrer-Policy": "no-referrer",
           "X-Content-Type-Options": "own"}  # fmt: skip
    answer = answered(HttpResponse("x", headers=own))
    assert {name: answer[name] for name in own} == own
