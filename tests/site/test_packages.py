"""Record types out of packages of their own: installed is all it takes."""

from django.conf import settings
from django.db import connection

from kartotek.core.catalogue import catalogue


def test_a_type_of_an_installed_package_is_there_with_its_tables(db):
    assert "kartotek_sample" in settings.INSTALLED_APPS
    assert {"bills"} <= {one.key for one in catalogue()}
    tables = connection.introspection.table_names()
    assert {"kartotek_sample_bill", "kartotek_sample_bill_search"} <= set(tables)
