"""What other systems call our fields: a file a system, a table a kind of file it exports.

Each leads from a column's header to a target: a field ("name"), an item of a typed list by its
use ("phones.mobile"), a part of an address ("addresses.billing.street"), "id" for the system's own
id, "removed" for a mark of deletion, `OWN` for what the system keeps for itself, `SAME` for what
stands in other columns already.
"""
