"""The dossier as it is sealed for one member: JSON of the candidate, documents as base64."""

from collections.abc import Collection
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import Candidate, Document, DocumentKind
from fachkraft_share.model.consent import Category
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, unb64

VERSION = "fks-dossier/1"


@attrs.frozen
class _Document:
    name: str = attrs.field(repr=False)
    kind: DocumentKind
    media_type: str
    content: str = attrs.field(repr=False)


@attrs.frozen
class _Dossier:
    dossier: str
    candidate: dict[str, Any] = attrs.field(repr=False)
    documents: list[_Document] = attrs.field(repr=False)


def write_dossier(candidate: Candidate) -> bytes:
    """Return the dossier's plaintext.

    Raises:
        MalformedError: too many documents, or text the wire does not take.
    """
    if len(candidate.documents) > limits.DOCUMENTS:
        raise MalformedError(f"documents: more than {limits.DOCUMENTS}")
    documents = [
        _Document(one.name, one.kind, one.media_type, b64(one.content))
        for one in candidate.documents
    ]
    plain = unstructure(attrs.evolve(candidate, documents=()))
    plain.pop("documents", None)
    return strict.write(unstructure(_Dossier(VERSION, plain, documents)))


def read_dossier(data: bytes) -> Candidate:
    """Read a dossier's plaintext; raise MalformedError if it is none."""
    found = structure(strict.read(data, limit=limits.BLOB_BYTES), _Dossier)
    if found.dossier != VERSION:
        raise MalformedError("dossier: of another version")
    if len(found.documents) > limits.DOCUMENTS:
        raise MalformedError(f"documents: more than {limits.DOCUMENTS}")
    documents = tuple(
        Document(one.name, one.kind, one.media_type, unb64(one.content)) for one in found.documents
    )
    person: Any = structure({**found.candidate, "documents": []}, _Person)
    fields = {name.name: getattr(person, name.name) for name in attrs.fields(_Person)}
    return Candidate(**{**fields, "documents": documents})


def allowed_part(candidate: Candidate, categories: Collection[Category]) -> Candidate:
    """Return what the person agreed to hand over: documents only if they were named."""
    if Category.DOCUMENTS in categories:
        return candidate
    return attrs.evolve(candidate, documents=())


# `Candidate` holds bytes, which the wire has not; everything else of it travels as it is.
_Person = attrs.make_class(
    "_Person",
    {
        field.name: attrs.field(default=field.default, type=field.type, repr=False)
        for field in attrs.fields(Candidate)
        if field.name != "documents"
    },
    frozen=True,
)
