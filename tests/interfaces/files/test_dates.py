"""Dates: how a column writes them is decided from all its values, and asked where it stays open."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kartotek.core.context import Context
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.settling_in import settle_in
from kartotek.interfaces.files.dates import DMY, MDY, Seen, read, usual_order
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.importing import Plan, import_file

DAY = date(2026, 11, 21)


@pytest.mark.parametrize("text", [
    "2026-11-21", "2026/11/21", "2026\\11\\21", "20261121", "21.11.2026", "21-11-26", "21/11/26",
    "21 11 2026", "21 Nov 2026", "21-Nov-26", "21. november 2026", "Nov 21, 2026",
    "November 21st, 2026", "2026. gada 21. novembris", "21. novembris 2026", "21 de nov. de 2026",
    "21 de novembro de 2026", "21 नवंबर 2026", "21 नव॰ 2026", "46347",
])  # fmt: skip
def test_a_day_is_read_however_it_is_written(text):
    assert read(text, DMY) == DAY


@pytest.mark.parametrize(("text", "found"), [
    ("2026-11-21T10:00:00.000+0000", datetime(2026, 11, 21, 10, tzinfo=UTC)),
    ("11/21/2026 02:14:45 PM", datetime(2026, 11, 21, 14, 14, 45)),
    ("11/21/2026 02:14:45+0800",
     datetime(2026, 11, 21, 2, 14, 45, tzinfo=timezone(timedelta(hours=8)))),
    ("2026-11-21 10:30", datetime(2026, 11, 21, 10, 30)),
    ("46347.5", datetime(2026, 11, 21, 12)),
])  # fmt: skip
def test_a_time_beside_it_is_kept(text, found):
    assert read(text, MDY) == found


@pytest.mark.parametrize("text", [
    "", "never", "31.02.2026", "2026-13-01", "19999", "60000", "123456", "21 Foo 2026", "1/2",
    "Nov Dec 21 2026", "21.11.2026 25:00", "9" * 400, "a" * 4000,
    "10:00" + " " * 1_000_000 + "x", "1.1.2026" + " " * 1_000_000 + "x",
])  # fmt: skip
def test_what_is_no_date_is_none(text):
    assert read(text, DMY) is None


def test_every_value_of_a_column_speaks():
    day_first, month_first, open_ = Seen(), Seen(), Seen()
    for text in ("03/04/2026", "21/04/2026"):
        day_first.add(text)
    for text in ("03/04/2026", "04/21/2026"):
        month_first.add(text)
    for text in ("03/04/2026", "05/05/2026"):
        open_.add(text)
    assert (day_first.order(MDY), month_first.order(DMY)) == (DMY, MDY)
    assert not day_first.is_ambiguous and not month_first.is_ambiguous
    assert open_.is_ambiguous and open_.both == ["03/04/2026"]
    assert (open_.order(MDY), open_.order(DMY)) == (MDY, DMY)


def test_where_day_and_month_are_equal_there_is_nothing_to_ask():
    seen = Seen()
    seen.add("05/05/2026")
    assert not seen.is_ambiguous


def test_the_country_decides_what_stays_open():
    assert usual_order(Context("en", "US")) == MDY
    assert usual_order(Context("en", "GB")) == usual_order(Context("nb", "NO")) == DMY


@pytest.fixture
def bring(tmp_path, ann):
    def run(dates, chosen=None):
        path = tmp_path / "people.csv"
        rows = "".join(f"P{n},{text}\n" for n, text in enumerate(dates))
        path.write_text(f"name,birthday\n{rows}", encoding="utf-8")
        plan = Plan("contacts", decisions=Decisions(dates=chosen or {}))
        return import_file(ann, path, plan)

    return run


def birthdays(ann):
    rows = find(ann, "contacts", Question(columns=("name", "birthday")))
    return [str(row["birthday"]) for row in sorted(rows, key=lambda row: row.title)]


@pytest.mark.django_db
def test_one_value_at_the_end_decides_for_all(bring, ann):
    receipt = bring([*["04/05/1980"] * 600, "04/21/1980"])
    assert set(birthdays(ann)[:3]) == {"1980-04-05"} and receipt.failed == 0
    assert any("“birthday” are read as month, day, year" in one for one in receipt.remarks)


@pytest.mark.django_db
def test_what_stays_open_follows_the_country_and_is_said(bring, ann):
    settle_in("Fjord", "US", "en", "UTC")
    receipt = bring(["04/05/1980"])
    assert birthdays(ann) == ["1980-04-05"]
    assert any("can be read in two ways" in one for one in receipt.remarks)


@pytest.mark.django_db
def test_a_person_decides_what_stays_open(bring, ann):
    receipt = bring(["04/05/1980"], {"birthday": MDY})
    assert birthdays(ann) == ["1980-04-05"]
    assert not any("two ways" in one for one in receipt.remarks)


@pytest.mark.django_db
def test_two_digits_of_a_year_are_no_future_of_long(bring, ann):
    bring(["21.11.45", "21.11.26"])
    assert birthdays(ann) == ["1945-11-21", "2026-11-21"]


@pytest.mark.django_db
def test_a_mixed_column_is_read_as_most_of_it_and_the_rest_is_refused(bring, ann):
    receipt = bring(["21/04/1980", "22/04/1980", "04/23/1980"])
    assert (receipt.created, receipt.failed) == (2, 1) and receipt.adds_up
    assert "is no date" in receipt.failures[0]["reason"]
