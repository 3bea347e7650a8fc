"""One class for each sort of value; a field of a record is a bound copy of one."""

from kartotek.core.fieldtypes.addresses import Addresses
from kartotek.core.fieldtypes.base import FieldType
from kartotek.core.fieldtypes.decimals import DecimalNumber
from kartotek.core.fieldtypes.externals import ExternalIds, identifier
from kartotek.core.fieldtypes.file import File, FileRef
from kartotek.core.fieldtypes.links import Link, Links, Pointer, Ref
from kartotek.core.fieldtypes.lists import Emails, ItemList, Phones
from kartotek.core.fieldtypes.several import Several
from kartotek.core.fieldtypes.simple import (
    LEAP_YEAR,
    Choice,
    Date,
    Flag,
    Moment,
    Number,
    Offering,
    month_day,
)
from kartotek.core.fieldtypes.tags import Tags
from kartotek.core.fieldtypes.text import Key, LongText, Text, Url

__all__ = [
    "LEAP_YEAR", "Addresses", "Choice", "Date", "DecimalNumber", "Emails", "ExternalIds",
    "FieldType", "File", "FileRef", "Flag", "ItemList", "Key", "Link", "Links", "LongText",
    "Moment", "Number", "Offering", "Phones", "Pointer", "Ref", "Several", "Tags", "Text", "Url",
    "identifier", "month_day",
]  # fmt: skip
