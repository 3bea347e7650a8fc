"""The source of what is running, for everybody who uses it (AGPL § 13)."""
