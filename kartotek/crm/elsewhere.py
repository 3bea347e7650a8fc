"""What the exports of other systems hold and no record type here does yet.

Headers: Salesforce's Object Reference (developer.salesforce.com/docs/atlas.en-us.object_reference
.meta); the export labels of HubSpot, Pipedrive and Zoho as their help pages name them.
"""

from kartotek.core.elsewhere import declare

declare(
    (
        ("Salesforce Opportunity History", ("OpportunityId", "StageName", "ForecastCategory")),
        ("Salesforce Opportunity Contact Role", ("OpportunityId", "ContactId", "Role")),
        ("Salesforce Opportunity", ("StageName", "CloseDate", "Probability")),
        ("Salesforce Case Comment", ("ParentId", "CommentBody")),
        ("Salesforce Case", ("CaseNumber", "Origin", "Priority")),
        ("Salesforce Event", ("WhoId", "WhatId", "ActivityDateTime")),
        ("Salesforce Task Relation", ("TaskId", "RelationId")),
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
        ("Salesforce Record Type", ("SobjectType",)),
        ("HubSpot Deal", ("Deal Name", "Deal Stage", "Pipeline")),
        ("HubSpot Ticket", ("Ticket name", "Ticket status")),
        ("Pipedrive Deal", ("Deal - Title", "Deal - Stage")),
        ("Pipedrive Activity", ("Activity - Subject", "Activity - Due date")),
        ("Zoho Deal", ("Deal Name", "Closing Date", "Stage")),
        ("Zoho Deal", ("Potential Name", "Closing Date", "Sales Stage")),
    )
)
