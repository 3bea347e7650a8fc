"""Bills: a record type with lines and a total, and links of every sort of removal."""

from typing import Any

from django.core.exceptions import ValidationError

from kartotek.core import fields
from kartotek.core.board import Board, days
from kartotek.core.record import Part, Record
from kartotek.core.recordtype import RecordType, Timeline, action
from kartotek.core.write import write


class Bill(Record):
    """One bill."""

    name = fields.text(120, required=True)
    company = fields.link("crm.Company", on_remove="block")
    replaces = fields.link("kartotek_sample.Bill", on_remove="together")
    sent_on = fields.date()
    is_paid = fields.flag()
    total = fields.number(editable=False)
    stage = fields.choice([("draft", "Draft"), ("sent", "Sent"), ("settled", "Settled")])

    @classmethod
    def clean(cls, new: Any, old: Any) -> None:
        if new.is_paid and not new.sent_on:
            raise ValidationError({"is_paid": "A bill that was not sent cannot be paid."})

    @classmethod
    def settle(cls, new: Any, old: Any, parts: dict[str, list[Any]]) -> dict[str, Any]:
        return {"total": sum((line.price or 0) * (line.quantity or 0) for line in parts["lines"])}


class BillLine(Part):
    """One line of a bill."""

    parent = fields.part_of(Bill, "lines")
    text = fields.text(200, required=True)
    quantity = fields.number()
    price = fields.number()


class Bills(RecordType):
    """What people see and do with bills."""

    model, icon, group = Bill, "receipt", "sales"
    columns = "name company sent_on total is_paid"
    sorts = "name sent_on"
    form = "name company | sent_on is_paid lines"
    search = {"name": 3}
    linked_by = "company replaces"
    panels = [Timeline()]
    board = Board("stage", total="total", stale_after=days(14))

    @action("Send today", key="s")
    def send(self, actor, bill):
        return write(actor, self, bill, {"sent_on": "2026-11-21"})
