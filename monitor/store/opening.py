"""How a store is opened, and made where there is none: first the key, then the file."""

from monitor.errors import StoreError
from monitor.store.failures import file_sentence
from monitor.store.headfiles import count_heads
from monitor.store.keys import make_key, read_key
from monitor.store.lock import append_lock
from monitor.store.places import Places
from monitor.store.store import Store
from monitor.store.tables import check_store, engine_of, is_empty, make_tables
from sensors import disk


def open_store(places: Places, *, make: bool = False) -> Store:
    """Return the store at its places.

    Parameters
    ----------
    places : Places
        Where.
    make : bool
        Whether to make a new one, with its key, where there is none.

    Raises
    ------
    StoreError
        Where there is none, or it cannot be used. A key that is lost is never made anew.
    """
    path = places.store
    if make:
        with append_lock(places):
            _make(places)
    elif not path.exists():
        _refuse_where_one_was(places)
        raise StoreError(
            f"{disk.shown(path)}: there is no record: enrol a patient, or put back a copy"
        )
    key = read_key(places.key)
    engine = engine_of(path)
    check_store(engine, path)
    return Store(places, key, engine)


def _make(places: Places) -> None:
    path = places.store
    try:
        if not path.exists():
            _refuse_where_one_was(places)
            # In this order: a store without a key can then only have lost it.
            if not (places.key.exists() and places.key.stat().st_size):
                make_key(places.key)
            disk.create(path).close()
            disk.synchronise_folder(path.parent)
    except OSError as error:
        raise StoreError(file_sentence(path, "the record cannot be made", error)) from error
    engine = engine_of(path)
    if is_empty(engine, path):
        _refuse_where_one_was(places)
        make_tables(engine, path)


def _refuse_where_one_was(places: Places) -> None:
    """Raise StoreError where heads are left of a store: an empty one must not take its place."""
    heads = count_heads(places.heads)
    if heads:
        raise StoreError(
            f"{disk.shown(places.store)}: the record is gone, {heads} heads beside it say that "
            "there was one: put back a copy"
        )
