"""vCard lines of every version and program become properties, whatever is odd about them."""

import time

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files import card_lines
from kartotek.interfaces.files.card_lines import cards, decoded


def properties(tmp_path, *lines, version="3.0", ending="\r\n", language="en"):
    path = tmp_path / "x.vcf"
    text = [b"BEGIN:VCARD", b"VERSION:" + version.encode(), *lines, b"END:VCARD", b""]
    whole = [one if isinstance(one, bytes) else one.encode() for one in text]
    path.write_bytes(ending.encode().join(whole))
    (card,) = cards(path, language)
    return card.properties[1:]


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_folded_lines_are_one(ending, tmp_path):
    (one,) = properties(tmp_path, "NOTE:a long", "  text in ", "\tpieces", ending=ending)
    assert one.value == "a long text in pieces"


def test_an_old_card_keeps_the_blank_it_was_folded_at(tmp_path):
    (one,) = properties(tmp_path, "NOTE:a long", " text", version="2.1")
    assert one.value == "a long text"


@pytest.mark.parametrize(
    "given",
    ["TEL;HOME;FAX", "TEL;TYPE=HOME;TYPE=FAX", "tel;type=home,fax", 'TEL;type="home,fax"',
     "item1.TEL;TYPE=Home , Fax", "TEL;home;TYPE=fax"],
)  # fmt: skip
def test_types_are_the_same_in_every_spelling(given, tmp_path):
    (one,) = properties(tmp_path, f"{given}:1")
    assert (one.name, one.given("TYPE"), one.value) == ("TEL", ["home", "fax"], "1")


def test_quoted_printable_goes_on_after_a_soft_line_break(tmp_path):
    head = "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    note, phone = properties(tmp_path, f"{head}L=C4=ABga=0D=0A=", "=20B=", "", "TEL:1",
                             version="2.1")  # fmt: skip
    assert (note.value, phone.value) == ("Līga\r\n B", "1")


def test_a_letter_cut_in_half_costs_that_letter_alone():
    assert decoded("ÑÑÑ".encode()[:-1], "UTF-8", "en") == "ÑÑ\ufffd"


@pytest.mark.parametrize(
    ("line", "language", "value"),
    [
        (b"FN;CHARSET=ISO-8859-1:K\xe5re", "en", "Kåre"),
        (b"FN;CHARSET=X-UNKNOWN:L\xc4\xabga", "en", "Līga"),
        (b"FN;CHARSET=base64:Ola", "en", "Ola"),
        (b"FN:K\xe5re", "nb", "Kåre"),
        (b"FN:L\xeega", "lv", "Līga"),
        (b"FN;CHARSET=UTF-8:K\xe5re \xf8", "nb", "Kåre ø"),
        ("FN:Līga".encode(), "nb", "Līga"),
    ],
)
def test_letters_are_read_in_the_charset_named_or_the_one_that_fits(
    line, language, value, tmp_path
):
    assert properties(tmp_path, line, language=language)[0].value == value


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig", "utf-32"])
def test_a_file_in_wide_letters_is_read(encoding, tmp_path):
    path = tmp_path / "x.vcf"
    path.write_bytes("BEGIN:VCARD\r\nFN:Ola Å\r\nEND:VCARD\r\n".encode(encoding))
    assert [one.value for card in cards(path, "en") for one in card.properties] == ["Ola Å"]


@pytest.mark.parametrize("indent", [" ", "  ", "    ", ""])
def test_a_picture_over_many_lines_is_one(indent, tmp_path):
    lines = ["PHOTO;ENCODING=BASE64;JPEG:", f"{indent}/9j/4AAQ", f"{indent}SkZJRg==", "", "TEL:1"]
    photo, phone = properties(tmp_path, *lines, version="2.1")
    assert (photo.value, photo.is_binary, phone.value) == ("/9j/4AAQSkZJRg==", True, "1")


def test_what_is_no_property_belongs_to_the_one_before(tmp_path):
    (one,) = properties(tmp_path, "NOTE:first", "second without an indent")
    assert one.value == "first\\nsecond without an indent"


def test_a_colon_inside_quotation_marks_ends_no_name(tmp_path):
    (one,) = properties(tmp_path, "ADR;LABEL=\"a: b^nc ^^ ^'d^'\":;;Street")
    assert (one.parameters["LABEL"], one.value) == (['a: b\nc ^ "d"'], ";;Street")


def test_the_card_of_an_agent_is_kept_as_text_of_the_card_around_it(tmp_path):
    agent, phone = properties(
        tmp_path, "AGENT:", "BEGIN:VCARD", "FN:Kari", "END:VCARD", "TEL:1", version="2.1"
    )
    assert agent.value.startswith("BEGIN:VCARD\\nFN:Kari") and phone.value == "1"


def test_an_agent_of_an_agent_is_kept_and_one_without_end_is_refused(tmp_path):
    nested = ["AGENT:", "BEGIN:VCARD", "AGENT:", "BEGIN:VCARD", "FN:Per", "END:VCARD", "END:VCARD"]
    (agent,) = properties(tmp_path, *nested, version="2.1")
    assert agent.value.count("END:VCARD") == 2 and "FN:Per" in agent.value
    with pytest.raises(ValidationError, match="more than 5000 lines"):
        properties(tmp_path, "AGENT:", "BEGIN:VCARD", *["TEL:1"] * 6_000, version="2.1")


def test_a_card_whose_end_is_missing_ends_where_the_next_begins(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text("BEGIN:VCARD\nFN:Ola\nBEGIN:VCARD\nFN:Kari\nend:vcard\n")
    assert [(card.line, card.properties[0].value) for card in cards(path, "en")] == [
        (1, "Ola"), (3, "Kari")]  # fmt: skip


def test_a_file_cut_in_the_middle_of_a_card_is_refused(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text("BEGIN:VCARD\nFN:Ola\nEND:VCARD\nBEGIN:VCARD\nFN:Ka")
    with pytest.raises(ValidationError, match=r"begins in line 4 .* never ends"):
        list(cards(path, "en"))


@pytest.mark.parametrize(
    ("limit", "told"), [("MOST_LINES", "more than 3 lines"), ("LONGEST", "is longer than")]
)
def test_a_card_beyond_measure_is_refused(limit, told, tmp_path, monkeypatch):
    monkeypatch.setattr(card_lines, limit, 3)
    with pytest.raises(ValidationError, match=told):
        properties(tmp_path, *(f"TEL:{number}" for number in range(9)))


@pytest.mark.parametrize(
    "lines", [[" AAAA"] * 60_000, ["no property"] * 60_000, [";" * 99] * 9_000]
)
def test_lines_folded_without_end_are_read_in_time(lines, tmp_path):
    begun = time.process_time()
    assert len(properties(tmp_path, "PHOTO;ENCODING=b:AAAA", *lines)) == 1
    assert time.process_time() - begun < 2
