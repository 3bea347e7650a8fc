"""What the company's page asks about its working time."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_skeleton, get_month_names
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartotek.core.public_holidays import NONE, holiday_regions, region_names
from kartotek.core.regional import weekdays
from kartotek.core.working import holidays_between
from kartotek.core.workspace import WorkspaceFacts
from kartotek.pages.settings.asking import Asked
from kartotek.pages.welcome.places import countries
from kartotek.people.company_time import day_name

LONGEST = 20_000  # letters of a list of days
NEXT = 4  # holidays that are told beforehand


def lines(facts: WorkspaceFacts) -> tuple[Asked, ...]:
    """The lines of the group, in their order."""
    here = (get_language() or "en").replace("-", "_")
    months = get_month_names("wide", "stand-alone", here)
    each = _("One on each line: the day and its name. 2026-12-24, or 24.12. for every year.")
    halved = _("The first half of the hours is worked.")
    all_the_same = _("Days that the list calls holidays, and that are none here.")
    return (
        Asked("hours", _("Working hours"), _(
            "From and to, a break between two spans: 8:00–12:00, 12:30–16:00. Empty is a day "
            "off."), tuple((str(day), day_name(day)) for day in weekdays(facts)), kind="hours"),
        Asked("holiday_country", _("Public holidays"), _next(facts), _countries(facts)),
        *_regions(facts),
        Asked("days_off", _("Further holidays"), each, kind="lines", most=LONGEST,
              is_needed=False),
        Asked("half_days", _("Half days"), f"{halved} {each}",
              kind="lines", most=LONGEST, is_needed=False),
        Asked("days_on", _("Worked all the same"), f"{all_the_same} {each}",
              kind="lines", most=LONGEST, is_needed=False),
        Asked("fiscal_month", _("Fiscal year begins in"), _("Of reports by fiscal year."),
              tuple((str(month), months[month]) for month in range(1, 13))),
    )  # fmt: skip


def _countries(facts: WorkspaceFacts) -> tuple[tuple[str, str], ...]:
    known = holiday_regions()
    named = countries(get_language() or "en")
    usual = dict(named).get(facts.country, facts.country) if facts.country in known else "–"
    return (
        ("", _("As the country: %(usual)s") % {"usual": usual}),
        (NONE, _("None but those below")),
        *(one for one in named if one[0] in known),
    )


def _regions(facts: WorkspaceFacts) -> tuple[Asked, ...]:
    """Which region, where the country that counts has some."""
    country = facts.settings.holiday_country or facts.country
    if not holiday_regions().get(country):
        return ()
    named = sorted(region_names(country).items(), key=lambda one: one[1])
    about = _("Some holidays are kept there alone. Another country’s are offered once it is saved.")
    options = (("", _("Only those of the whole country")), *named)
    return (Asked("holiday_region", _("Region"), about, options),)


def _next(facts: WorkspaceFacts) -> str:
    """The next holidays, so that one sees what the choice means."""
    today = timezone.now().date()
    here = (get_language() or "en").replace("-", "_")
    found = list(holidays_between(today, today + timedelta(days=366), facts).items())[:NEXT]
    told = "; ".join(
        f"{format_skeleton('MMMd', day, locale=here)} {name}".strip() for day, name in found
    )
    if not told:
        return _("Nobody works on them. None is known for the next year.")
    return _("Nobody works on them. The next ones: %(days)s.") % {"days": told}
