"""The paths of the settings."""

from django.urls import path

from kartotek.pages.settings import fields

ONE = "settings/fields/<slug:type_key>/<slug:name>"

urlpatterns = [
    path("settings", fields.home, name="settings"),
    path("settings/fields/<slug:type_key>", fields.fields, name="fields"),
    path("settings/fields/<slug:type_key>/new", fields.new, name="new_field"),
    path(ONE, fields.one, name="fitted_field"),
    path(f"{ONE}/move", fields.move, name="move_field"),
    path(f"{ONE}/hide", fields.hide, name="hide_field"),
    path(f"{ONE}/drop", fields.drop, name="drop_field"),
]
