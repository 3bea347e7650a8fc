"""The paths of the generic pages: one set for every record type."""

from django.urls import path

from kartotek.interfaces.web import (
    alike,
    bulk,
    creating,
    editing,
    filters,
    history,
    linked_view,
    linking,
    listing,
    merging,
    palette,
    record,
    removing,
    revealing,
    shell,
    standing_acts,
    timeline,
    trash,
    undoing,
    viewing,
)
from kartotek.interfaces.web.bringing import acting, mending, uploading
from kartotek.interfaces.web.bringing import views as bringing
from kartotek.interfaces.web.exporting import asking, sending

ONE = "<slug:type_key>/<uuid:uid>"

urlpatterns = [
    path("", shell.home, name="home"),
    path("keys", shell.keys, name="keys"),
    path("search", palette.search, name="search"),
    path("undo/<uuid:batch>", undoing.undo, name="undo"),
    path("undo/jobs/<uuid:job>", undoing.undo_job, name="undo_job"),
    path("import", acting.imports, name="imports"),
    path("import/<uuid:uid>", bringing.import_page, name="import_page"),
    path("import/<uuid:uid>/check", acting.check, name="import_check"),
    path("import/<uuid:uid>/rows/<int:line>", mending.mend, name="import_mend"),
    path("import/<uuid:uid>/run", acting.run, name="import_run"),
    path("import/<uuid:uid>/undo", acting.undo_all, name="import_undo"),
    path("import/<uuid:uid>/let-go", acting.let_go, name="import_let_go"),
    path("import/<uuid:uid>/failed", bringing.failed_rows, name="import_failed"),
    path("export", asking.exports, name="exports"),
    path("export/<uuid:uid>", sending.export_page, name="export_page"),
    path("export/<uuid:uid>/file", sending.download, name="export_download"),
    path("export/sent/<str:signed>", sending.sent, name="export_sent"),
    path("upload", uploading.begin, name="upload"),
    path("upload/<uuid:uid>", uploading.piece, name="upload_piece"),
    path("bulk/<uuid:uid>", standing_acts.bulk_act, name="bulk_act"),
    path("view/<str:secret>.<str:ending>", linked_view.read_view, name="view_file"),
    path("trash", trash.trash, name="trash"),
    path("<slug:type_key>", listing.list_page, name="list"),
    path("<slug:type_key>/adding", filters.adding, name="adding"),
    path("<slug:type_key>/views", viewing.keep, name="keep_view"),
    path("<slug:type_key>/views/<uuid:uid>", viewing.change, name="change_view"),
    path("<slug:type_key>/views/<uuid:uid>/links", linked_view.links, name="view_links"),
    path(
        "<slug:type_key>/views/<uuid:uid>/links/<uuid:token>", linked_view.end_link, name="end_link"
    ),
    path("<slug:type_key>/bulk", bulk.edit_many, name="edit_many"),
    path("<slug:type_key>/bulk/field", bulk.edit_field, name="edit_many_field"),
    path("<slug:type_key>/remove", bulk.remove_many, name="remove_many"),
    path("<slug:type_key>/export", asking.export, name="export"),
    path("<slug:type_key>/merge", merging.merging, name="merge"),
    path("<slug:type_key>/alike", alike.alike, name="alike"),
    path("<slug:type_key>/alike/look", alike.look, name="alike_look"),
    path("<slug:type_key>/alike/say", alike.say, name="alike_say"),
    path("<slug:type_key>/new", creating.new, name="new"),
    path("<slug:type_key>/duplicates", creating.duplicates, name="duplicates"),
    path("<slug:type_key>/options", linking.options, name="options"),
    path(ONE, record.record, name="record"),
    path(f"{ONE}/peek", record.peek, name="peek"),
    path(f"{ONE}/field/<slug:name>", editing.field, name="field"),
    path(f"{ONE}/field/<slug:name>/reveal", revealing.reveal, name="reveal"),
    path(f"{ONE}/remove", removing.remove, name="remove"),
    path(f"{ONE}/restore", removing.restore, name="restore"),
    path(f"{ONE}/history", history.history, name="history"),
    path(f"{ONE}/versions/<int:version>/restore", history.restore_version, name="restore_version"),
    path(f"{ONE}/timeline", timeline.timeline, name="timeline"),
]
