"""What may be done at each address, for one record type and one actor."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.attached import may_attach
from kartotek.core.cutting import CUTS
from kartotek.core.measure import GROUPED, MOST_KEYS, MOST_SUMS, SUMMED
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.api.asking import BARE, SEVERAL
from kartotek.interfaces.api.bulk import MOST_ROWS
from kartotek.interfaces.api.openapi import exports, filing, openings
from kartotek.interfaces.api.openapi.schemas import UID, VERSION, Schema, fields_of, ref
from kartotek.interfaces.files.taking import may_export

JSON = "application/json"
OF_READS = ("401", "404", "422", "429")
OF_WRITES = ("400", "401", "403", "404", "409", "413", "415", "422", "423", "429")
# A program writes with its token; a page of ours with its cookie and the token of its forms.
BY_WRITERS: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": [], "csrf": []}]


def _parameters(*names: str) -> list[Schema]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _refusals(statuses: tuple[str, ...]) -> Schema:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _answer(description: str, schema: Schema | None, *headers: str) -> Schema:
    answer: Schema = {"description": description}
    if schema is not None:
        answer["content"] = {JSON: {"schema": schema}}
    if headers:
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return answer


def _body(schema: Schema) -> Schema:
    return {"required": True, "content": {JSON: {"schema": schema}}}


def _read(summary: str, answers: Schema, *parameters: str, refusals: Any = OF_READS) -> Schema:
    found = {"summary": summary, "responses": {**answers, **_refusals(refusals)}}
    return {**found, "parameters": _parameters(*parameters)} if parameters else found


def _write(summary: str, answers: Schema, *parameters: str, body: Schema | None = None) -> Schema:
    found = _read(summary, answers, *parameters, "Idempotency-Key", refusals=OF_WRITES)
    found["security"] = BY_WRITERS
    return {**found, "requestBody": _body(body)} if body is not None else found


def paths_of(actor: Actor, record_type: RecordType) -> dict[str, Schema]:
    """Path below the API → method → operation, as far as the rights of this actor go."""
    key = record_type.key

    def may(verb: str) -> bool:
        return actor.rights.scope(key, verb) != "none"

    one = _answer(_("The record."), ref(key), "ETag")
    asked = {
        f"/{key}": {"get": _list(actor, record_type), "post": may("create") and _create(key)},
        f"/{key}/measure": {"get": _measure(actor, record_type)},
        f"/{key}/bulk": {
            "post": (may("create") or (may("edit") and may("bulk_edit"))) and _bulk(key)
        },
        f"/{key}/{{uid}}": {
            "get": _read(_("Read one, also a removed one"), {"200": one}, "uid"),
            "patch": may("edit") and _change(key, one),
            "delete": may("remove") and _remove(),
        },
        **_exports(actor, record_type),
        f"/{key}/{{uid}}/reveal": {"post": _reveal()},
        **{
            f"/{key}/{{uid}}/files/{kind.name}": {
                "get": _read(_("Fetch the file it holds"), {"200": exports.file_answer()}, "uid")
            }
            for kind in record_type.files
            if kind in fields_of(actor, record_type)
        },
        f"/{key}/{{uid}}/restore": {
            "post": may("remove") and _write(_("Bring back from the trash"), {"200": one}, "uid")
        },
        f"/{key}/{{uid}}/history": {"get": may("see_history") and _history()},
        f"/{key}/{{uid}}/shares": _shares(may("edit")),
        f"/{key}/{{uid}}/lock": _lock(may("edit")),
        **{
            f"/{key}/{{uid}}/actions/{action.name}": {
                "post": may("edit") and _write(str(action.label), {"200": one}, "uid", "If-Match")
            }
            for action in record_type.actions.values()
        },
    }
    return {path: _told(key, path, methods) for path, methods in asked.items() if any(
        methods.values())}  # fmt: skip


def _told(key: str, path: str, methods: dict[str, Any]) -> Schema:
    end = path.removeprefix(f"/{key}").replace("{uid}", "one").strip("/").replace("/", "_")
    return {
        method: {"operationId": "_".join(filter(None, [method, key, end])), "tags": [key],
                 **operation}
        for method, operation in methods.items() if operation
    }  # fmt: skip


def _list(actor: Actor, record_type: RecordType) -> Schema:
    rows = {"type": "array", "items": ref(record_type.key)}
    page = {
        "type": "object",
        "properties": {
            "rows": rows, "next": {"type": ["string", "null"]},
            "count": {"type": "integer", "minimum": 0}, "count_is_capped": {"type": "boolean"},
        },
        "required": ["rows", "next"],
    }  # fmt: skip
    operation = _read(
        _("List, filter, search"), {"200": _answer(_("One page."), page)}, "after", "size",
    )  # fmt: skip
    operation["parameters"] += _questions(actor, record_type)
    return operation


def _measure(actor: Actor, record_type: RecordType) -> Schema:
    fields = fields_of(actor, record_type)
    groups = ", ".join(
        f"`{kind.name}:{'|'.join(CUTS)}`" if kind.kind in ("date", "datetime") else f"`{kind.name}`"
        for kind in fields
        if kind.kind in GROUPED
    )
    sums = ", ".join(f"`{kind.name}`" for kind in fields if kind.kind in SUMMED) or "–"
    names = {"type": "array", "items": {"type": "string"}}
    operation = _read(_("Count and sum by group"),
                      {"200": _answer(_("The groups, the rest and the total."), ref("Measured"))},
                      "size")  # fmt: skip
    operation["parameters"] += [
        {"name": "group", "in": "query", "style": "form", "explode": False,
         "schema": {**names, "maxItems": MOST_KEYS},
         "description": _("What to group by, a date by a step: %(names)s.") % {"names": groups}},
        {"name": "sum", "in": "query", "style": "form", "explode": False,
         "schema": {**names, "maxItems": MOST_SUMS},
         "description": _("What to add up: %(names)s.") % {"names": sums}},
        *[one for one in _questions(actor, record_type) if one["name"] in ("q", "f")],
    ]  # fmt: skip
    return operation


def _questions(actor: Actor, record_type: RecordType) -> list[Schema]:
    """The parameters of a list: what may be asked of each field stands with its name."""
    fields = fields_of(actor, record_type)
    sorts = [kind.name for kind in fields if kind.sortable]
    filters = "\n".join(f"- `{kind.name}`: {', '.join(kind.operators)}" for kind in fields)
    texts = {"type": "array", "items": {"type": "string"}}
    f = _(
        "A condition, field:operator:value; repeat it for each that must hold. %(several)s take "
        "several values between commas, %(bare)s none."
    ) % {"several": ", ".join(SEVERAL), "bare": ", ".join(BARE)}
    several = {"style": "form", "explode": False}
    order = {"type": "string", "enum": [*sorts, *(f"-{name}" for name in sorts)]}
    return [
        {"name": "q", "in": "query", "schema": {"type": "string"},
         "description": _("Words that must begin words of the record.")},
        {"name": "f", "in": "query", "schema": texts, "description": f"{f}\n\n{filters}"},
        {"name": "sort", "in": "query", "schema": order, "description": _("“-” is downwards.")},
        {"name": "fields", "in": "query", "schema": texts, **several,
         "description": _("Which fields; one of a linked record is written link.field.")},
        {"name": "count", "in": "query", "schema": {"type": "integer", "enum": [0, 1]},
         "description": _("1 adds how many there are, exact up to 10,000.")},
    ]  # fmt: skip


def _create(key: str) -> Schema:
    made = _answer(_("The new record."), ref(key), "ETag", "Location")
    return _write(_("Make one"), {"201": made}, body=ref(f"{key}.new"))


def _change(key: str, one: Schema) -> Schema:
    return _write(_("Change the fields that are sent"), {"200": one}, "uid", "If-Match",
                  body=ref(f"{key}.change"))  # fmt: skip


def _remove() -> Schema:
    gone = _answer(_("It is in the trash."), None)
    return _write(_("Put into the trash"), {"204": gone}, "uid", "If-Match")


def _bulk(key: str) -> Schema:
    row = {
        "type": "object",
        "properties": {
            "uid": {**UID, "type": ["string", "null"]},
            "version": {**VERSION, "type": ["integer", "null"]}, "values": ref(f"{key}.change"),
        },
        "required": ["values"],
        "additionalProperties": False,
    }  # fmt: skip
    rows = {"type": "array", "items": row, "minItems": 1, "maxItems": MOST_ROWS}
    body = {"type": "object", "properties": {"rows": rows}, "required": ["rows"],
            "additionalProperties": False}  # fmt: skip
    answers = {
        "200": _answer(_("Every row was taken."), ref("Bulk")),
        "207": _answer(_("Some rows were refused; each tells why."), ref("Bulk")),
    }
    return _write(_("Make and change many, as one act"), answers, body=body)


def _exports(actor: Actor, record_type: RecordType) -> dict[str, dict[str, Any]]:
    at = f"/{record_type.key}/exports"
    if not may_export(actor, record_type):
        return {}
    begun = _answer(_("It is being written in the background."), ref("Export"), "Location")
    now = _answer(_("How far it has come, and where the file is."), ref("Export"))
    return {
        at: {"post": _write(_("Take records out into a file"), {"202": begun},
                            body=exports.body(actor, record_type))},
        f"{at}/{{uid}}": {"get": _read(_("Ask how an export stands"), {"200": now}, "uid")},
        f"{at}/{{uid}}/file": {
            "get": _read(_("Fetch the file"), {"200": exports.file_answer()}, "uid",
                         refusals=("403", *OF_READS))
        },
    }  # fmt: skip


def _reveal() -> Schema:
    shown = _answer(_("The whole value. The security log says who looked."), ref("Revealed"))
    found = _read(_("Show a masked value whole"), {"200": shown}, "uid", refusals=OF_WRITES)
    return {**found, "security": BY_WRITERS, "requestBody": _body(exports.reveal_body())}


def _history() -> Schema:
    page = {
        "type": "object",
        "properties": {"entries": {"type": "array", "items": ref("Entry")},
                       "next": {"type": ["string", "null"]}},
        "required": ["entries", "next"],
    }  # fmt: skip
    answer = {"200": _answer(_("One page, the newest first."), page)}
    return _read(_("Who changed what"), answer, "uid", "after", "size",
                 refusals=("403", *OF_READS))  # fmt: skip


def _shares(may_share: bool) -> dict[str, Any]:
    told = {"200": _answer(_("Whom it is open to beside those who see it anyway."), ref("Shares"))}
    closed = {"204": _answer(_("It is not open to them any more."), None)}
    close = _write(_("Close it to somebody again"), closed, "uid")
    close["parameters"] += openings.WHOM
    return {
        "get": _read(_("Whom a record is open to"), told, "uid"),
        "post": may_share
        and _write(_("Open it to somebody"), told, "uid", body=openings.share_body()),
        "delete": may_share and close,
    }


def _lock(may_lock: bool) -> dict[str, Any]:
    told = {"200": _answer(_("The lock on it, null where there is none."), ref("Lock"))}
    ended = {"204": _answer(_("Nobody keeps it locked."), None)}
    return {
        "get": _read(_("Who keeps it locked"), told, "uid"),
        "put": may_lock
        and _write(_("Keep others from changing it"), told, "uid", body=openings.lock_body()),
        "delete": may_lock and _write(_("End the lock"), ended, "uid"),
    }


def undo_paths() -> dict[str, Schema]:
    """The one act that is about acts."""
    begun = _answer(_("A big act is undone in the background."), ref("Begun"), "Location")
    undone = _answer(_("What was put back, and what was left as it is."), ref("Undone"))
    standing = _answer(_("How far it has come."), ref("Standing"))
    at = {
        "get": _read(_("Ask how an undo in the background stands"), {"200": standing}, "batch"),
        "post": _write(_("Take an act back"), {"200": undone, "202": begun}, "batch"),
    }
    named = {method: {"operationId": f"{method}_undo", **told} for method, told in at.items()}
    return {"/undo/{batch}": named}


def file_paths(actor: Actor) -> dict[str, Schema]:
    """How a file is brought before a record names it."""
    if not may_attach(actor):
        return {}
    facts = _answer(_("How much of it is here."), ref("File"))
    begun = _answer(_("Send its pieces to Location."), ref("File"), "Location")
    begin = _read(_("Announce a file"), {"201": begun}, refusals=OF_WRITES)
    piece = _read(_("Send the next piece"), {"200": facts}, "uid", refusals=OF_WRITES)
    piece["parameters"].append(filing.offset())
    ask = _read(_("Ask how much of a file is here"), {"200": facts}, "uid")
    return {
        "/files": {"post": {"operationId": "post_files", **begin, "security": BY_WRITERS,
                            "requestBody": _body(filing.body())}},
        "/files/{uid}": {
            "get": {"operationId": "get_file", **ask},
            "put": {"operationId": "put_file", **piece, "security": BY_WRITERS,
                    "requestBody": filing.piece_body()},
        },
    }  # fmt: skip


def own_paths() -> dict[str, Schema]:
    """Where this description itself is to be had."""
    answer = _answer(_("This document."), {"type": "object"})
    told = _read(_("This description"), {"200": answer}, refusals=("401", "429"))
    return {"/openapi.json": {"get": {"operationId": "get_openapi", **told}}}
