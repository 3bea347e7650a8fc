"""The paths of what the law lets a person ask for."""

from django.urls import path

from kartotek.pages.privacy import retention, view

ONE = "<slug:type_key>/<uuid:uid>"

urlpatterns = [
    path("settings/privacy", retention.privacy, name="privacy"),
    path("settings/privacy/<uuid:uid>", retention.rule, name="retention"),
    path("erased/<uuid:receipt>", view.erased, name="erased"),
    path(f"{ONE}/privacy", view.person, name="person"),
    path(f"{ONE}/privacy/file", view.file, name="person_file"),
    path(f"{ONE}/erase", view.erase, name="erase"),
]
