"""The command workspace: shows what is set for the company, and gives it another language."""

import pytest
from django.core.management import CommandError, call_command

from kartotek.core import jobs
from kartotek.core.settling_in import settle_in
from kartotek.core.worker import Worker
from kartotek.core.workspace import workspace

pytestmark = pytest.mark.django_db


def test_it_shows_what_is_set(capsys):
    settle_in("Fjord", "NO", "en", "Europe/Oslo")
    call_command("workspace")
    assert capsys.readouterr().out.splitlines() == [
        "Company: Fjord", "Country: NO", "Language: English", "Time zone: Europe/Oslo",
    ]  # fmt: skip


def test_another_language_changes_nothing_else_and_says_what_follows(capsys, monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    settle_in("Fjord", "NO", "en", "Europe/Oslo")
    call_command("workspace", "--language", "nb")
    told = capsys.readouterr().out
    assert "Language: Norsk bokmål" in told
    assert "in the background" in told
    facts = workspace()
    assert (facts.name, facts.country, facts.language, facts.zone) == (
        "Fjord", "NO", "nb", "Europe/Oslo",
    )  # fmt: skip
    assert Worker().run_due() == 0  # it begins when every process knows of it


def test_before_the_first_run_it_says_what_to_do():
    with pytest.raises(CommandError, match="open the link"):
        call_command("workspace", "--language", "nb")


def test_a_language_that_nobody_sorts_by_is_refused():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("workspace", "--language", "xx")
