"""An archive of several tables: each recognised, in the order in which they link to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Link
from kartotek.interfaces.files.archives import Contents, InnerFile, contents, inner_files
from kartotek.interfaces.files.elsewhere import known_elsewhere
from kartotek.interfaces.files.opening import kind_of
from kartotek.interfaces.files.reading import Table, opened

MOST_FILES = 300  # of one archive
Any_ = TypeVar("Any_")


@dataclass(frozen=True)
class Inner:
    """One file of an archive: the table it holds, or why it holds none."""

    name: str
    path: Path
    table: Table | None
    elsewhere: str = ""  # what it is in a system whose records of that kind are not held here
    why: str = ""


def is_pack(path: Path) -> bool:
    """Is this an archive of files? ValidationError for what cannot be read at all."""
    return kind_of(path) == "zip"


def contents_of(path: Path) -> Contents:
    """What an archive says that it holds. ValidationError where that is nothing, or too much."""
    return contents(path, MOST_FILES)


def unpacked(path: Path, folder: Path, language: str, start: int = 0) -> Iterator[Inner]:
    """Every file of an archive after the first `start`, put into `folder` one by one and opened.

    ValidationError for an archive that is damaged, a bomb, or holds too many.
    """
    contents_of(path)
    for inner in inner_files(path, folder, start):
        yield _opened(inner, language)


def _opened(inner: InnerFile, language: str) -> Inner:
    name = PurePosixPath(inner.name.replace("\\", "/")).name or inner.name
    try:
        table = opened(inner.path, language)
    except ValidationError as error:
        why = " ".join(error.messages).replace(inner.path.name, name)
        return Inner(name, inner.path, None, why=why)
    return Inner(name, inner.path, table, known_elsewhere(table.headers))


def in_order(given: Sequence[Any_], key: Callable[[Any_], str]) -> list[Any_]:
    """What others link to comes first; `key` tells the type of each, in the given order else."""
    keys = list(dict.fromkeys(key(one) for one in given))
    placed: list[str] = []
    while keys:
        free = [one for one in keys if not _linked(one) & (set(keys) - {one})]
        chosen = (free or keys)[0]  # in a ring somebody has to begin
        placed.append(chosen)
        keys.remove(chosen)
    return sorted(given, key=lambda one: placed.index(key(one)))


def _linked(type_key: str) -> set[str]:
    """The types that records of this one link to."""
    if type_key not in catalogue():
        return set()
    fields = catalogue()[type_key].fields.values()
    return {kind.target for kind in fields if isinstance(kind, Link)}
