# ruff: noqa: ARG002 - a folder has no clock of its own
"""All applications of a harness in one export file, written anew with every change."""

import datetime as dt

from table_writing import write_csv, write_xlsx

from fachkraft_share.model.candidate import Stage
from fachkraft_share.testing.adapter_harness import invented, pdf
from fachkraft_share_files import FilesAdapter

HEADINGS = (
    "Bewerbernummer;Vorname;Nachname;E-Mail;Telefon;Straße;PLZ;Ort;Beruf;Status;Absagedatum"
    ";Kenntnisse;Sprachen;Dokumente"
).split(";")
FORBIDDEN = ("Geburtsdatum", "Geschlecht", "Gehaltsvorstellung", "Foto", "Notizen", "Age")
STAGES = {
    Stage.REJECTED: "Abgelehnt",
    Stage.OPEN: "Offen",
    Stage.HIRED: "Eingestellt",
    Stage.WITHDRAWN: "Zurückgezogen",
    Stage.UNMAPPED: "Wiedervorlage",
}


def row_of(number, person, *, stage="Abgelehnt", documents=()):
    """Return what a system exports of an application."""
    return [
        *(number, person.given, person.family, person.email, person.phone, person.street),
        *(person.postcode, person.city, person.title, stage, dt.date(2026, 11, 19)),
        *("; ".join(person.skills), "Deutsch C2", "; ".join(documents)),
    ]


class TableHarness:
    """Goes before `FilesHarness`; a subclass says how the file is called and written."""

    export = ""

    def write(self, rows):
        """Return the file's bytes."""
        raise NotImplementedError

    @property
    def rows(self):
        """The rows by application."""
        return self.__dict__.setdefault("_rows", {})

    def seed(self, person, *, stage=Stage.REJECTED, created_at=None, changed_at=None, documents=()):
        """Add a row."""
        key = f"2026-{len(self.rows) + 1:03d}"
        self.rows[key] = row_of(key, person, stage=STAGES[stage])
        for document in documents:
            self._lay_beside(key, document)
        self._export()
        return key

    def restage(self, application, stage, *, at):
        """Change the row's stage."""
        self.rows[application][HEADINGS.index("Status")] = STAGES[stage]
        self._export()

    def alter(self, application, person, *, at):
        """Correct the row."""
        stage, documents = (self.rows[application][HEADINGS.index(one)] for one in _KEPT)
        names = (documents,) if documents else ()
        self.rows[application] = row_of(application, person, stage=stage, documents=names)
        self._export()

    def attach(self, application, document, *, at):
        """Lay a document beside the file and name it in the row."""
        self._lay_beside(application, document)
        self._export()

    def remove(self, application):
        """Delete the row."""
        del self.rows[application]
        self._export()

    def seed_forbidden(self, marker):
        """Export forbidden columns, too, and a portrait."""
        key = self.seed(invented(1), documents=(pdf("cv"),))
        self._forbidden = marker
        portrait = self.root / "in" / f"{marker}.jpg"
        portrait.write_bytes(b"\xff\xd8\xff" + marker.encode() + b"\xff\xd9")
        self.rows[key][-1] += f"; {portrait.name}"
        self._export()
        return key

    def seed_broken(self, marker):
        """Add a row whose date is none."""
        key = self.seed(invented(9))
        self.rows[key][HEADINGS.index("Absagedatum")] = marker
        self._export()

    def _lay_beside(self, key, document):
        name = f"{key} {len(self.rows[key][-1])} {document.name}"
        (self.root / "in" / name).write_bytes(document.content)
        self.rows[key][-1] = "; ".join(filter(None, (self.rows[key][-1], name)))

    def _export(self):
        marker = self.__dict__.get("_forbidden")
        more = [marker] * len(FORBIDDEN) if marker else []
        headings = [*HEADINGS, *(FORBIDDEN if marker else ())]
        rows = [headings, *([*row, *more] for row in self.rows.values())]
        (self.root / "in" / self.export).write_bytes(self.write(rows))


_KEPT = ("Status", "Dokumente")


class Csv(TableHarness):
    """One CSV file as German Excel writes it."""

    export = "Bewerbungen.csv"

    def write(self, rows):
        """Return CSV."""
        return write_csv(rows)


class Xlsx(TableHarness):
    """One workbook."""

    export = "Bewerbungen.xlsx"

    def write(self, rows):
        """Return a workbook."""
        return write_xlsx(rows)


def rows(*changed, headings=HEADINGS):
    """Return headings and rows; each `changed` maps headings to cells of one invented person."""
    lines = []
    for number, one in enumerate(changed, 1):
        row = dict(zip(HEADINGS, row_of(f"A-{number}", invented(number)), strict=True))
        lines.append([{**row, **one}.get(heading, "") for heading in headings])
    return [list(headings), *lines]


def connected(harness, text, tmp_path):
    """Return the adapter with a file that says what the columns mean."""
    file = tmp_path / "columns.toml"
    file.write_text(text, encoding="utf-8")
    return FilesAdapter.connect({"folder": str(harness.root), "columns": str(file)})
