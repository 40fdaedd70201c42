"""Documents that lie beside a profile or an export file."""

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share.ports.documents import is_whole, media_type
from fachkraft_share.ports.reading import RemoteDocument
from fachkraft_share.rules.formats.documents import document_kind
from fachkraft_share_files.names import readable
from fachkraft_share_files.sources import Source, changed_at, ending_of, id_of

_TAIL = 66_000  # bytes in which the end of every known kind of file must stand


def read_document(source: Source, application: str) -> RemoteDocument:
    """Return what a document is, without its content.

    Raises:
        InvalidRecordError: of a kind that is not taken.
        TemporaryAdapterError: it has no end yet.
    """
    media = media_type(source.name)
    if not media:
        raise InvalidRecordError("document: of a kind that is not taken (PDF, DOCX, ODT, …)")
    size, tail = ending_of(source, _TAIL)
    if not is_whole(media, tail):
        raise TemporaryAdapterError("a document is not there whole")
    return RemoteDocument(
        id=id_of(source),
        application=application,
        name=readable(source.name),
        kind=document_kind(source.stem),
        media_type=media,
        size=size,
        version=str(changed_at(source)),
    )
