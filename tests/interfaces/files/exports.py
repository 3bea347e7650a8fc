"""Files in the shape of other systems' exports, made by the tests themselves."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import orjson

ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
ACCOUNT = [
    "Id", "IsDeleted", "MasterRecordId", "Name", "Type", "ParentId",
    *(f"Billing{part}" for part in ADDRESS), "BillingLatitude", "BillingAddress",
    "Phone", "Website", "Industry", "NumberOfEmployees", "OwnerId", "CreatedDate",
    "SystemModstamp", "LastActivityDate", "Region__c",
]  # fmt: skip
CONTACT = [
    "Id", "IsDeleted", "AccountId", "LastName", "FirstName", "Name",
    *(f"Mailing{part}" for part in ADDRESS), "MailingAddress", "Phone", "MobilePhone", "HomePhone",
    "ReportsToId", "Email", "LeadSource", "Birthdate", "OwnerId", "CreatedDate", "SSN__c",
]  # fmt: skip


def salesforce_id(kind: str, number: int) -> str:
    """An id of 15 characters and its three of check, as an export writes it."""
    return f"{kind}5g00000{number:05d}".ljust(15, "0")[:15] + "AAA"


def account(number: int, **more: str) -> dict[str, str]:
    row = {
        "Id": salesforce_id("001", number), "Name": f"Fjord {number} AS", "Type": "Customer",
        "BillingStreet": f"Storgata {number}", "BillingCity": "Bergen",
        "BillingPostalCode": "5003", "BillingCountry": "Norway",
        "BillingAddress": orjson.dumps({"city": "Bergen", "street": f"Storgata {number}"}).decode(),
        "Phone": f"+47 55 00 {number:04d}", "Website": f"fjord{number}.example.com",
        "OwnerId": salesforce_id("005", 1), "CreatedDate": "2020-04-14T22:33:28.000+0000",
        "Region__c": "West",
    }  # fmt: skip
    return {**row, **more}


def contact(number: int, **more: str) -> dict[str, str]:
    row = {
        "Id": salesforce_id("003", number), "AccountId": salesforce_id("001", number),
        "FirstName": "Ola", "LastName": f"Nordmann {number}", "Name": f"Ola Nordmann {number}",
        "MailingStreet": f"Storgata {number}\r\nFloor 2", "MailingCity": "Bergen",
        "MailingAddress": orjson.dumps({"city": "Bergen"}).decode(),
        "Phone": f"+47 55 00 {number:04d}", "MobilePhone": f"+47 955 0 {number:04d}",
        "Email": f"ola{number}@fjord.example.com", "LeadSource": "Web",
        "Birthdate": "1986-08-25", "OwnerId": salesforce_id("005", 1), "SSN__c": "000-14-1755",
    }  # fmt: skip
    return {**row, **more}


def written(path: Path, headers: list[str], rows: list[dict[str, str]]) -> Path:
    """A file with CRLF, every header, and only the cells that the rows have."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headers, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path
