"""The paths of the settings."""

from django.urls import path

from kartotek.pages.settings import (
    access,
    company,
    fields,
    leaving,
    logo,
    me,
    people,
    roles,
    second_step,
    security,
)

DOORS = "settings/people/<uuid:member>/doors"
STEPS = "settings/me/access/steps"
ONE = "settings/fields/<slug:type_key>/<slug:name>"

urlpatterns = [
    path("settings", fields.home, name="settings"),
    path("settings/company", company.company, name="company"),
    path("logo/<str:digest>", logo.logo, name="logo"),
    path("settings/me", me.me, name="me"),
    path("settings/me/back/<uuid:batch>", me.back, name="me_back"),
    path("settings/me/access", access.doors, name="my_doors"),
    path("settings/me/access/others", access.end_others, name="my_sessions_end"),
    path("settings/me/access/session/<uuid:session>", access.end, name="my_session_end"),
    path("settings/me/access/token", access.make, name="my_token_new"),
    path("settings/me/access/token/<uuid:token>", access.revoke, name="my_token_end"),
    path(STEPS, second_step.steps, name="steps"),
    path(f"{STEPS}/sure", second_step.sure, name="steps_sure"),
    path(f"{STEPS}/app", second_step.set_app, name="app_set"),
    path(f"{STEPS}/app/end", second_step.end_app, name="app_end"),
    path(f"{STEPS}/codes", second_step.new_codes, name="codes_new"),
    path(f"{STEPS}/passkey", second_step.add_passkey, name="passkey_add"),
    path(f"{STEPS}/passkey/ask", second_step.ask_passkey, name="passkey_ask"),
    path(f"{STEPS}/passkey/<uuid:passkey>/end", second_step.end_passkey, name="passkey_end"),
    path("settings/people", people.people, name="people"),
    path(f"{DOORS}", access.doors, name="doors"),
    path(f"{DOORS}/others", access.end_others, name="sessions_end"),
    path(f"{DOORS}/session/<uuid:session>", access.end, name="session_end"),
    path(f"{DOORS}/steps", access.end_steps, name="steps_end"),
    path(f"{DOORS}/token/<uuid:token>", access.revoke, name="token_end"),
    path("settings/people/new", people.new, name="new_person"),
    path("settings/people/<uuid:uid>/invitation", people.invite, name="invite"),
    path("settings/people/<uuid:uid>/access", people.access, name="access"),
    path("settings/people/<uuid:uid>/hand", people.hand, name="hand"),
    path("settings/security", security.log, name="security"),
    path("settings/security/all", security.download, name="security_file"),
    path("settings/leaving", leaving.leaving, name="leaving"),
    path("settings/leaving/all", leaving.download, name="leaving_file"),
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new, name="new_role"),
    path("settings/roles/<slug:key>", roles.one, name="role"),
    path("settings/roles/<slug:key>/drop", roles.drop, name="drop_role"),
    path("settings/fields", fields.first, name="settings_fields"),
    path("settings/fields/<slug:type_key>", fields.fields, name="fields"),
    path("settings/fields/<slug:type_key>/new", fields.new, name="new_field"),
    path(ONE, fields.one, name="fitted_field"),
    path(f"{ONE}/move", fields.move, name="move_field"),
    path(f"{ONE}/hide", fields.hide, name="hide_field"),
    path(f"{ONE}/drop", fields.drop, name="drop_field"),
]
