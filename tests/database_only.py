"""On the second database only what meets a database: the rest has just run on the first."""

MEETS = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config, items):
    kept = [
        item
        for item in items
        if item.get_closest_marker("django_db")
        or item.get_closest_marker("journey")
        or item.get_closest_marker("fault")
        or MEETS & set(item.fixturenames)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
