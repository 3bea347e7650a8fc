"""The words in which the tables of this folder are written."""

OWN = "-own"  # the other system's bookkeeping; Kartotek keeps its own
SAME = "-same"  # the same value in another form


def address(use: str, **columns: str) -> dict[str, str]:
    """Columns of one address → targets: address("billing", street="Billing Street", …)."""
    return {header: f"addresses.{use}.{part}" for part, header in columns.items()}


def in_parts(use: str, prefix: str) -> dict[str, str]:
    """The five columns of an address whose headers begin with `prefix`, Salesforce's way."""
    return address(
        use,
        street=f"{prefix}Street",
        city=f"{prefix}City",
        region=f"{prefix}State",
        postal_code=f"{prefix}PostalCode",
        country=f"{prefix}Country",
    )
