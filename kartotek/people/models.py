"""Gathers this room's record types, so that Django sees one app."""

from kartotek.people.department import Department
from kartotek.people.member import Account, Member, Session, Token
from kartotek.people.role import Role

__all__ = ["Account", "Department", "Member", "Role", "Session", "Token"]
