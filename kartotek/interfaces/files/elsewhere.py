"""What other systems export and no record type here holds yet, told by columns no other has.

Headers: Salesforce's Object Reference (developer.salesforce.com/docs/atlas.en-us.object_reference
.meta); the export labels of HubSpot, Pipedrive and Zoho as their help pages name them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kartotek.core.catalogue import catalogue

# What it is called there, and the columns that tell it. The first that fits is it.
_OBJECTS = (
    ("Salesforce Opportunity History", ("OpportunityId", "StageName", "ForecastCategory")),
    ("Salesforce Opportunity Contact Role", ("OpportunityId", "ContactId", "Role")),
    ("Salesforce Opportunity", ("StageName", "CloseDate", "Probability")),
    ("Salesforce Case Comment", ("ParentId", "CommentBody")),
    ("Salesforce Case", ("CaseNumber", "Origin", "Priority")),
    ("Salesforce Event", ("WhoId", "WhatId", "ActivityDateTime")),
    ("Salesforce Task", ("WhoId", "WhatId", "ActivityDate")),
    ("Salesforce Order Product", ("OrderId", "UnitPrice", "Quantity")),
    ("Salesforce Order", ("EffectiveDate", "ContractId", "Status")),
    ("Salesforce Quote", ("QuoteNumber", "OpportunityId")),
    ("Salesforce Contract", ("ContractTerm", "AccountId")),
    ("Salesforce Campaign Member", ("CampaignId", "HasResponded")),
    ("Salesforce Campaign", ("NumberOfLeads", "NumberOfResponses")),
    ("Salesforce Asset", ("SerialNumber", "InstallDate", "AccountId")),
    ("Salesforce Product", ("ProductCode", "Family", "IsActive")),
    ("Salesforce Price Book", ("IsStandard", "IsActive", "IsArchived")),
    ("Salesforce Email Message", ("FromAddress", "ToAddress", "TextBody")),
    ("Salesforce File", ("ContentDocumentId", "PathOnClient")),
    ("Salesforce File Link", ("ContentDocumentId", "LinkedEntityId")),
    ("Salesforce Attachment", ("BodyLength", "ContentType", "ParentId")),
    ("Salesforce Feed Comment", ("FeedItemId", "CommentBody")),
    ("Salesforce Note", ("Title", "Body", "ParentId", "IsPrivate")),
    ("Salesforce User Role", ("RollupDescription", "ForecastUserId")),
    ("Salesforce User", ("Username", "ProfileId")),
    ("Salesforce Record Type", ("SobjectType", "DeveloperName")),
    ("HubSpot Deal", ("Deal Name", "Deal Stage", "Pipeline")),
    ("HubSpot Ticket", ("Ticket name", "Ticket status")),
    ("Pipedrive Deal", ("Deal - Title", "Deal - Stage")),
    ("Pipedrive Activity", ("Activity - Subject", "Activity - Due date")),
    ("Zoho Deal", ("Deal Name", "Closing Date", "Stage")),
    ("Zoho Deal", ("Potential Name", "Closing Date", "Sales Stage")),
)


def known_elsewhere(headers: Sequence[str]) -> str:
    """ "Salesforce Opportunity", where the columns say so and no type here takes them; else ""."""
    own = {_bare(header) for header in headers}
    for name, signs in _OBJECTS:
        if {_bare(sign) for sign in signs} <= own and not _is_held(name, signs):
            return name
    return ""


def _is_held(name: str, signs: Sequence[str]) -> bool:
    """Does a type here declare these columns of that system by now?"""
    system, asked = name.split(" ")[0].casefold(), {_bare(sign) for sign in signs}
    return any(
        asked <= {_bare(header) for header in table}
        for record_type in catalogue()
        for source, table in record_type.imports.items()
        if source.split(" ")[0] == system
    )


def _bare(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.casefold())
