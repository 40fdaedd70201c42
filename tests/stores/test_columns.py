"""Record classes as tables: what can be kept, and what is refused before it is lost."""

from enum import StrEnum
from types import ModuleType

import attrs
import pytest

from fachkraft_share.errors import StoreError
from fachkraft_share.ports.columns import ColumnType, records_of, table, tables_of
from fachkraft_share.protocol import records
from fachkraft_share.protocol.records import FeedRow, Record, Referral
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.store_harness import MemoryHarness, Sample, SqliteHarness


class _Word(StrEnum):
    YES = "yes"


@attrs.frozen
class _Nested(Record):
    KEY = ("id",)
    id: str
    inside: tuple[str, ...] = ()


@attrs.frozen
class _Undeclared(Record):
    KEY = ("id",)
    id: str


def test_a_class_is_described_by_its_fields() -> None:
    """Name, types, what may be empty, key and indexes."""
    described = table(FeedRow)
    assert described.name == "feed_row"
    assert described.key == ("number",)
    assert {one.name for one in described.columns if one.optional} == {"list_number", "referral"}
    assert described.columns[0].type is ColumnType.INT
    assert described.indexes == (("to", "number"), ("referral",))
    assert table(FeedRow) is described


def test_every_record_of_the_protocol_can_be_kept() -> None:
    """Columns exist for every class, and every class is found."""
    assert Referral in records_of(records)
    assert Record not in records_of(records)
    assert {one.kind for one in tables_of()} >= set(records_of(records))


def test_every_key_and_index_names_fields_and_no_key_is_optional() -> None:
    """A mistyped index would serve nothing."""
    for one in tables_of():
        assert set(one.key) | one.searchable <= set(one.names), one.name
        assert not [field for field in one.columns if field.name in one.key and field.optional]


def test_a_nested_value_is_refused_by_every_store() -> None:
    """What cannot lie in a column is refused when the class is first met."""
    with pytest.raises(TypeError), MemoryStore().begin() as transaction:
        transaction.put(_Nested("a", ("b",)))
    with pytest.raises(TypeError):
        tables_of([_Nested])


def test_two_classes_of_one_name_are_refused() -> None:
    """They would share a table."""
    twin = attrs.frozen(
        type("Referral", (Record,), {"__annotations__": {"id": str}, "KEY": ("id",)})
    )
    with pytest.raises(TypeError):
        tables_of([twin])


def test_a_class_the_store_was_not_opened_with_is_refused(tmp_path: object) -> None:
    """The error names the class, so that it can be added where the store is opened."""
    store = SqliteHarness(tmp_path).open()  # type: ignore[arg-type]
    with store.begin() as transaction, pytest.raises(StoreError, match="_Undeclared"):
        transaction.put(_Undeclared("a"))
    store.close()


def test_a_store_in_memory_can_be_restored_again_and_again() -> None:
    """A snapshot is not changed by what happens after it."""
    store = MemoryHarness().open()
    with store.begin() as transaction:
        transaction.put(Sample("g", "a", 1))
    snapshot = store.snapshot()
    for number in (2, 3):
        with store.begin() as transaction:
            transaction.put(Sample("g", "a", number))
            transaction.put(Sample("g", "b"))
        store.restore(snapshot)
        with store.begin() as transaction:
            assert transaction.every(Sample, group="g") == (Sample("g", "a", 1),)


def test_an_empty_module_has_no_records() -> None:
    """Only what a module defines itself counts, not what it imports."""
    module = ModuleType("empty")
    module.Sample = Sample  # type: ignore[attr-defined]
    assert records_of(module) == ()
