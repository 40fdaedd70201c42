"""Between strict JSON and frozen values: exact types, nothing guessed, nothing lost in silence.

1. A value has exactly the type its field names: `1` is no text, `true` no number, "ab" no list.
2. `X | None` may be left out and is left out when None.
3. Unknown members, and unknown words in a list of a growing vocabulary, are ignored (a newer peer
   may send them), or refused when `closed`.
4. Only `MalformedError` leaves this module for a value; it names the path, never the content.
   A kind that is no wire type is a mistake of the program and raises `TypeError`.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Never, TypeVar, Union, get_args, get_origin

import attrs
from cattrs import AttributeValidationNote, BaseValidationError, Converter
from cattrs.cols import (
    homogenous_tuple_structure_factory,
    iterable_unstructure_factory,
    list_structure_factory,
    mapping_structure_factory,
)
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.growing import Growing

T = TypeVar("T")
Structure = Callable[[Any, Any], Any]
Unstructure = Callable[[Any], Any]


def structure(value: object, kind: type[T], *, closed: bool = False) -> T:
    """Build a value of the kind from what `strict.read` returned.

    Raises:
        MalformedError: it is not of that kind; the message says where.
    """
    try:
        return _converter(closed=closed).structure(value, kind)
    except (BaseValidationError, _MisfitError) as error:
        raise MalformedError(_describe(error)) from None  # the cause quotes content


def unstructure(value: object) -> Any:
    """Turn a value into what `strict.write` takes.

    Raises:
        MalformedError: it holds something that has no form on the wire, such as bytes.
    """
    return _converter(closed=False).unstructure(value)


class _MisfitError(Exception):
    """A value is not what its place demands; the text is ours and free of content."""


@lru_cache(maxsize=2)
def _converter(*, closed: bool) -> Converter:
    converter = Converter(
        forbid_extra_keys=closed,
        unstructure_fallback_factory=_not_on_the_wire,
    )
    _add_scalars(converter)
    _add_structuring(converter)
    _add_unstructuring(converter)
    return converter


def _add_scalars(converter: Converter) -> None:
    for kind in (int, str, bool):
        converter.register_structure_hook(kind, _exactly)
        converter.register_unstructure_hook(kind, _itself)
    for unfit in (bytes, float):
        converter.register_structure_hook(unfit, _no_such_kind)
        converter.register_unstructure_hook(unfit, _not_on_the_wire(unfit))
    converter.register_unstructure_hook(NoneType, _itself)
    converter.register_structure_hook(StrEnum, _member_of)
    converter.register_unstructure_hook(StrEnum, _word_of)


def _add_structuring(converter: Converter) -> None:
    def arrays(kind: Any, converter: Converter) -> Structure:
        make = homogenous_tuple_structure_factory if _is_tuple(kind) else list_structure_factory
        inner = make(kind, converter)
        if _is_growing(kind) and not converter.forbid_extra_keys:
            inner = _known_alone(inner, get_args(kind)[0])
        return _guarded(list, "array", inner)

    def mappings(kind: Any, converter: Converter) -> Structure:
        return _guarded(dict, "object", mapping_structure_factory(kind, converter))

    def optionals(kind: Any, converter: Converter) -> Structure:
        present = _present(kind)
        inner = converter.get_structure_hook(present)
        return lambda value, _: None if value is None else inner(value, present)

    def classes(kind: Any, converter: Converter) -> Structure:
        inner = make_dict_structure_fn(
            kind, converter, _cattrs_forbid_extra_keys=converter.forbid_extra_keys
        )
        return _guarded(dict, "object", _with_nones(inner, kind))

    converter.register_structure_hook_factory(_is_not_any, _refuse_kind)  # all but what follows
    converter.register_structure_hook_factory(_is_array, arrays)
    converter.register_structure_hook_factory(_is_mapping, mappings)
    converter.register_structure_hook_factory(_is_optional, optionals)
    converter.register_structure_hook_factory(_is_class, classes)


def _add_unstructuring(converter: Converter) -> None:
    def arrays(kind: Any, converter: Converter) -> Unstructure:
        return iterable_unstructure_factory(kind, converter, unstructure_to=list)

    def classes(kind: Any, converter: Converter) -> Unstructure:
        return _without_nones(make_dict_unstructure_fn(kind, converter), kind)

    converter.register_unstructure_hook_factory(_is_array, arrays)
    converter.register_unstructure_hook_factory(_is_class, classes)


# What a kind is -------------------------------------------------------------------------------


def _is_not_any(kind: Any) -> bool:
    return kind is not Any


def _is_class(kind: Any) -> bool:
    return isinstance(kind, type) and attrs.has(kind)


def _is_tuple(kind: Any) -> bool:
    return kind is tuple or (get_origin(kind) is tuple and get_args(kind)[-1:] == (...,))


def _is_array(kind: Any) -> bool:
    return kind is list or get_origin(kind) is list or _is_tuple(kind)


def _is_growing(kind: Any) -> bool:
    word, *_ = (*get_args(kind), None)
    return isinstance(word, type) and issubclass(word, Growing)


def _is_mapping(kind: Any) -> bool:
    return kind is dict or get_origin(kind) is dict


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and _present(kind) is not None


def _present(kind: Any) -> Any:
    """Return X of `X | None`, or None if it is another union."""
    others = [one for one in get_args(kind) if one is not NoneType]
    return others[0] if len(others) == 1 else None


# Hooks ----------------------------------------------------------------------------------------


def _itself(value: Any) -> Any:
    return value


def _exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise _MisfitError(f"not a {kind.__name__}")
    return value


def _member_of(value: Any, kind: type[StrEnum]) -> StrEnum:
    found = _words(kind).get(value) if type(value) is str else None
    if found is None:
        raise _MisfitError(f"not a {kind.__name__}")
    return found


@cache
def _words(kind: type[StrEnum]) -> dict[str, StrEnum]:
    return {member.value: member for member in kind}


def _word_of(member: Any) -> str:
    if not isinstance(member, StrEnum):
        raise MalformedError("a word of no vocabulary")
    return member.value


def _guarded(json_type: type, name: str, inner: Structure) -> Structure:
    def hook(value: Any, kind: Any) -> Any:
        if type(value) is not json_type:
            raise _MisfitError(f"not an {name}")
        return inner(value, kind)

    return hook


def _known_alone(inner: Structure, word: type[StrEnum]) -> Structure:
    known = _words(word)
    return lambda value, kind: inner(
        [one for one in value if type(one) is not str or one in known], kind
    )


def _with_nones(inner: Structure, kind: Any) -> Structure:
    absent = {one.name: None for one in _optional_fields(kind) if one.default is attrs.NOTHING}
    if not absent:
        return inner
    return lambda value, _: inner(absent | value, _)


def _without_nones(inner: Unstructure, kind: Any) -> Unstructure:
    optional = frozenset(one.name for one in _optional_fields(kind))
    if not optional:
        return inner

    def hook(value: Any) -> dict[str, Any]:
        members = inner(value).items()
        return {name: one for name, one in members if one is not None or name not in optional}

    return hook


def _optional_fields(kind: Any) -> list[Any]:
    return [one for one in attrs.fields(kind) if _is_optional(one.type)]


def _not_on_the_wire(kind: Any) -> Unstructure:
    def refuse(_: Any) -> Never:
        raise MalformedError(f"{getattr(kind, '__name__', kind)} is not a type of the wire")

    return refuse


def _no_such_kind(_: Any, kind: Any) -> Never:
    raise _MisfitError(f"{kind.__name__} is not a type of the wire")


def _refuse_kind(kind: Any) -> Never:
    raise TypeError(f"{kind} is not a type of the wire")


# Errors ---------------------------------------------------------------------------------------


def _describe(error: BaseException) -> str:
    """Follow the first cause down and say where it lies and what is wrong there."""
    path = ""
    while isinstance(error, BaseValidationError):
        error = error.exceptions[0]
        path += "".join(_step(note) for note in getattr(error, "__notes__", ()))
    return f"{path.lstrip('.') or 'the value'}: {_reason(error)}"


def _step(note: Any) -> str:
    if isinstance(note, AttributeValidationNote):
        return f".{note.name}"
    return f"[{note.index}]" if isinstance(note.index, int) else "[...]"  # a name is content


def _reason(error: BaseException) -> str:
    if isinstance(error, _MisfitError):
        return str(error)
    if isinstance(error, KeyError):
        return "missing"
    if isinstance(error, ForbiddenExtraKeysError):
        return "has unknown members"
    return "not acceptable"  # refused by the value's own validator
