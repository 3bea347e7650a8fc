"""The paths of the generic pages: one set for every record type."""

from django.urls import path

from kartotek.interfaces.web import (
    creating,
    editing,
    filters,
    history,
    linking,
    listing,
    merging,
    palette,
    record,
    removing,
    shell,
    timeline,
    trash,
    undoing,
)

ONE = "<slug:type_key>/<uuid:uid>"

urlpatterns = [
    path("", shell.home, name="home"),
    path("keys", shell.keys, name="keys"),
    path("search", palette.search, name="search"),
    path("undo/<uuid:batch>", undoing.undo, name="undo"),
    path("undo/jobs/<uuid:job>", undoing.undo_job, name="undo_job"),
    path("trash", trash.trash, name="trash"),
    path("<slug:type_key>", listing.list_page, name="list"),
    path("<slug:type_key>/adding", filters.adding, name="adding"),
    path("<slug:type_key>/remove", listing.remove_many, name="remove_many"),
    path("<slug:type_key>/merge", merging.merging, name="merge"),
    path("<slug:type_key>/new", creating.new, name="new"),
    path("<slug:type_key>/duplicates", creating.duplicates, name="duplicates"),
    path("<slug:type_key>/options", linking.options, name="options"),
    path(ONE, record.record, name="record"),
    path(f"{ONE}/peek", record.peek, name="peek"),
    path(f"{ONE}/field/<slug:name>", editing.field, name="field"),
    path(f"{ONE}/remove", removing.remove, name="remove"),
    path(f"{ONE}/restore", removing.restore, name="restore"),
    path(f"{ONE}/history", history.history, name="history"),
    path(f"{ONE}/versions/<int:version>/restore", history.restore_version, name="restore_version"),
    path(f"{ONE}/timeline", timeline.timeline, name="timeline"),
]
