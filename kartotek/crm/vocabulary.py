"""The choices that several record types share."""

from django.utils.translation import gettext_lazy as _

LIFECYCLE = [
    ("lead", _("Lead")),
    ("prospect", _("Prospect")),
    ("customer", _("Customer")),
    ("former", _("Former customer")),
    ("partner", _("Partner")),
]
LEAD_STATUS = [
    ("new", _("New")),
    ("working", _("Working")),
    ("qualified", _("Qualified")),
    ("unqualified", _("Unqualified")),
]
INDUSTRIES = [
    ("agriculture", _("Agriculture and fishing")),
    ("construction", _("Construction")),
    ("education", _("Education")),
    ("energy", _("Energy")),
    ("finance", _("Finance and insurance")),
    ("government", _("Government")),
    ("health", _("Health")),
    ("hospitality", _("Hotels and restaurants")),
    ("it", _("Information technology")),
    ("manufacturing", _("Manufacturing")),
    ("media", _("Media")),
    ("real_estate", _("Real estate")),
    ("retail", _("Retail")),
    ("services", _("Services")),
    ("transport", _("Transport")),
    ("wholesale", _("Wholesale")),
    ("other", _("Other")),
]
