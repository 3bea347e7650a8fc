"""The copy that is made once an hour, as a recurring job."""

from datetime import timedelta

from django_tasks import task

from kartotek.core.jobs import in_chunks, recurring
from kartotek.operations import copies


@recurring(every=timedelta(hours=1), key="copy")
@task()
@in_chunks  # a copy of its own snapshot: no transaction may be open around it
def hourly_copy() -> str:
    """Make the copy of this hour; returns its name, empty where there is one already."""
    made = copies.hourly_copy()
    return made.path.name if made else ""
