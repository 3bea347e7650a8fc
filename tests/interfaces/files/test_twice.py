"""Text that was encoded twice is told from good text of every language."""

import pytest

from kartotek.interfaces.files.twice import Twice, is_suspect, mended


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("AdolesCiÃªncia", "AdolesCiência"),
        ("LÄ«ga BÄ“rziÅ†a", "Līga Bērziņa"),
        ("Ã…ngstrÃ¶m", "Ångström"),
        ("itâ€™s", "it’s"),
        ("BodÃ\u0083Â¸", "BodÃ¸"),  # thrice: one step back
        ("SÃ£o, Ã\x80", "São, À"),  # a byte that Windows has no letter for
    ],
)
def test_what_was_encoded_twice_is_read_as_meant(seen, meant):
    assert is_suspect(seen) and mended(seen) == meant


@pytest.mark.parametrize(
    "text",
    ["São Paulo", "SÃO PAULO", "Ærø", "Ängelholm", "CAFÉ–BAR", "PÅ–", "„Ä“", "naïve", "Ā", "हिन्दी"],
)
def test_good_text_is_left_alone(text):
    assert not is_suspect(text) and mended(text) == text


def test_a_column_is_mended_only_where_every_odd_cell_decodes():
    column = Twice()
    column.add("AdolesCiÃªncia")
    assert column.is_certain and column.example == "“AdolesCiÃªncia” → “AdolesCiência”"
    column.add("ã Ãª")
    assert not column.is_certain and (column.cells, column.mendable) == (2, 1)
