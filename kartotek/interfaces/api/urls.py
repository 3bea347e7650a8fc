"""The addresses of the API."""

from django.urls import path

from kartotek.interfaces.api import (
    acts,
    bulk,
    exporting,
    filing,
    measuring,
    opening,
    undoing,
    views,
)
from kartotek.interfaces.api.openapi.document import the_document
from kartotek.interfaces.api.routing import nowhere

urlpatterns = [
    path("openapi.json", the_document, name="api-document"),
    path("undo/<uuid:batch>", undoing.the_undo, name="api-undo"),
    path("files", filing.the_files, name="api-files"),
    path("files/<uuid:uid>", filing.the_file, name="api-file"),
    path("<slug:key>", views.the_list, name="api-list"),
    path("<slug:key>/measure", measuring.the_measure, name="api-measure"),
    path("<slug:key>/bulk", bulk.the_bulk, name="api-bulk"),
    path("<slug:key>/exports", exporting.the_exports, name="api-exports"),
    path("<slug:key>/exports/<uuid:uid>", exporting.the_export, name="api-export"),
    path("<slug:key>/exports/<uuid:uid>/file", exporting.the_file, name="api-export-file"),
    path("<slug:key>/<uuid:uid>", views.the_record, name="api-record"),
    path("<slug:key>/<uuid:uid>/restore", views.the_return, name="api-restore"),
    path("<slug:key>/<uuid:uid>/history", acts.the_history, name="api-history"),
    path("<slug:key>/<uuid:uid>/shares", opening.the_shares, name="api-shares"),
    path("<slug:key>/<uuid:uid>/lock", opening.the_lock, name="api-lock"),
    path("<slug:key>/<uuid:uid>/reveal", exporting.the_reveal, name="api-reveal"),
    path("<slug:key>/<uuid:uid>/files/<slug:name>", filing.the_content, name="api-content"),
    path("<slug:key>/<uuid:uid>/actions/<slug:action>", acts.the_action, name="api-action"),
    path("<path:rest>", nowhere),
]
