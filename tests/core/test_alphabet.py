"""Another language of the workspace puts every list in its alphabet, and changes no record."""

import pytest
from django.db import connection

from kartotek.core import alphabet, jobs, log
from kartotek.core.catalogue import catalogue
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.remove import remove, restore
from kartotek.core.settling_in import settle_in
from kartotek.core.worker import Worker
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
NAMES = ["Zorro", "Ås", "Ada", "Ørn", "Berg", "Ærlig", "Åse"]
ENGLISH = ["Ada", "Ærlig", "Ås", "Åse", "Berg", "Ørn", "Zorro"]
NORWEGIAN = ["Ada", "Berg", "Zorro", "Ærlig", "Ørn", "Ås", "Åse"]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    monkeypatch.setattr(alphabet, "CHUNK", 3)
    monkeypatch.setattr(alphabet, "WAIT", alphabet.timedelta())


@pytest.fixture
def people(house):
    """Contacts in English order; name → uid."""
    settle_in("Fjord", "NO", "en", "Europe/Oslo")
    return {name: write(house, "contacts", None, {"name": name}).uid for name in NAMES}


def speak(language):
    settle_in("Fjord", "NO", language, "Europe/Oslo")


def listed(actor, key="contacts"):
    """Every title, page after page."""
    found, after = [], ""
    while True:
        page = find(actor, key, Question(sort="name", size=2, after=after))
        found += [row.title for row in page]
        if not (after := page.next):
            return found


def waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_job WHERE state IN ('ready', 'running')")
        return cursor.fetchone()[0]


def test_lists_stand_in_the_new_alphabet_and_back_again(house, people):
    assert listed(house) == ENGLISH
    speak("nb")
    Worker().run_due()
    assert listed(house) == NORWEGIAN
    speak("en")
    Worker().run_due()
    assert listed(house) == ENGLISH


def test_no_record_changes_by_it(house, people):
    before, rows = log.newest(), [find_one(house, "contacts", uid) for uid in people.values()]
    speak("nb")
    Worker().run_due()
    assert log.newest() == before
    assert [find_one(house, "contacts", uid) for uid in people.values()] == rows


def test_every_type_that_sorts_by_a_text_is_written(house, people):
    keyed = [one for one in catalogue() if one.keyed]
    for record_type in keyed:
        for name in ("Zorro", "Ås"):
            write(house, record_type, None, {record_type.title: name})
    speak("nb")
    Worker().run_due()
    assert len(keyed) > 3
    for record_type in keyed:
        titles = listed(house, record_type.key)
        assert titles.index("Zorro") < titles.index("Ås"), record_type


def test_a_field_that_the_customer_added_is_written_too(house):
    settle_in("Fjord", "NO", "en", "Europe/Oslo")
    write(house, "customfields", None, {"on": "contacts", "label": "Thing"})
    for name in NAMES:
        write(house, "contacts", None, {"name": name, "x_thing": name})
    speak("nb")
    Worker().run_due()
    assert [row.title for row in find(house, "contacts", Question(sort="x_thing"))] == NORWEGIAN


def test_what_lies_in_the_trash_comes_back_into_its_new_place(house, people):
    remove(house, "contacts", people["Åse"])
    speak("nb")
    Worker().run_due()
    restore(house, "contacts", people["Åse"])
    assert listed(house) == NORWEGIAN


def test_an_interrupted_job_goes_on_and_lists_hold_everybody_once_meanwhile(house, people):
    speak("nb")
    stopping = Worker()
    stopping.stop()
    for _commit in range(3):
        stopping._do_one()
        assert sorted(listed(house)) == sorted(NAMES)
    assert listed(house) not in (ENGLISH, NORWEGIAN)
    Worker().run_due()
    assert listed(house) == NORWEGIAN
    assert waiting() == 0


def test_a_name_that_changes_meanwhile_stands_where_it_belongs(house, people):
    speak("nb")
    write(house, "contacts", people["Ada"], {"name": "Ånd"})
    Worker().run_due()
    assert listed(house) == ["Berg", "Zorro", "Ærlig", "Ørn", "Ånd", "Ås", "Åse"]


def test_a_language_that_was_overtaken_writes_nothing_any_more(house, people):
    speak("nb")
    stopping = Worker()
    stopping.stop()
    for _commit in range(3):
        stopping._do_one()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET priority = -1")  # it goes on when the next one is done
    speak("en")
    Worker().run_due()
    assert listed(house) == ENGLISH
    assert waiting() == 0


def test_the_same_language_again_is_no_work(house, people):
    speak("en")
    assert waiting() == 0
