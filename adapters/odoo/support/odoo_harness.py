"""One Odoo as the shared suite drives it: a database emptied before each test."""

import base64
import datetime as dt
import json
import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from odoo_exchange import HARNESS

from fachkraft_share.model.candidate import Document, DocumentKind, Stage
from fachkraft_share.ports.forbidden import is_forbidden
from fachkraft_share.testing.adapter_harness import AtsHarness, invented, pdf
from fachkraft_share_odoo import OdooAdapter
from fachkraft_share_odoo.api import Api
from fachkraft_share_odoo.received import KEY

RECORDINGS = Path(__file__).parents[1] / "recordings"
LIVE = os.environ.get("FKS_LIVE_URL", "").rstrip("/")
RECORD = bool(os.environ.get("FKS_ODOO_RECORD"))
WAYS = ["live"] if LIVE else ["17", "18", "19"]
_REFUSED = "refuse_reason_5"
_SAME_FOR_ALL = {"USER": "FKS_LIVE_USER", "KEY": "FKS_LIVE_PASSWORD"}


def told(name, default=""):
    """Return a setting of a running Odoo; played back, every credential is invented."""
    if not LIVE:
        return default or name.lower()
    return os.environ.get(_SAME_FOR_ALL.get(name, f"FKS_ODOO_{name}"), default)


def no_pause(_):
    """Wait for nothing: trouble made here does not pass by itself."""


class OdooHarness(AtsHarness):
    """One database, emptied before each test."""

    def __init__(self, exchange):
        self.exchange = exchange
        self.at = exchange.at
        self.api = Api(
            exchange.address + HARNESS,
            database=told("DB"),
            user=told("ADMIN"),
            key=told("ADMIN_KEY"),
            pause=no_pause,
        )
        self._night = False
        self.version = self.api.version(at=self.at)
        self.candidates = "candidate_id" in self.api.fields("hr.applicant")
        self._empty()

    def fresh(self):
        """Return another adapter on the same database."""
        return OdooAdapter(
            self.exchange.address,
            database=told("DB"),
            user=told("USER"),
            key=told("KEY"),
            pause=no_pause,
        )

    # Applicants as HR has them ----------------------------------------------------------------

    def seed(
        self,
        person,
        *,
        stage=Stage.REJECTED,
        created_at=None,  # noqa: ARG002
        changed_at=None,  # noqa: ARG002
        documents=(),
        reason=_REFUSED,
    ):
        """Let somebody apply and be dealt with; Odoo dates it by its own clock."""
        reach = self._reach(person)
        if self.candidates:
            reach = {"candidate_id": self.api.create("hr.candidate", **reach)}
        else:
            reach = {**reach, **self._subject()}
        applicant = str(self.api.create("hr.applicant", **reach))
        for document in documents:
            self.attach(applicant, document, at=self.at)
        self.restage(applicant, stage, at=self.at, reason=reason)
        return applicant

    def restage(self, application, stage, *, at, reason=_REFUSED):  # noqa: ARG002
        """Refuse with Odoo's own wizard, hire, or archive."""
        number = int(application)
        if stage is Stage.REJECTED:
            wizard = self.api.create(
                "applicant.get.refuse.reason",
                refuse_reason_id=self._known("hr.applicant.refuse.reason", reason),
                applicant_ids=[(6, 0, [number])],
                send_mail=False,
            )
            method = "action_refuse_reason_apply"
            self.api.call("applicant.get.refuse.reason", method, ids=[wizard])
        if stage is Stage.HIRED:
            [hired] = self.api.search("hr.recruitment.stage", [("hired_stage", "=", True)])
            values = {"active": True, "refuse_reason_id": False, "stage_id": hired}
            self.api.write("hr.applicant", number, **values)
        if stage is Stage.UNMAPPED:
            self.api.write("hr.applicant", number, active=False)

    def alter(self, application, person, *, at):  # noqa: ARG002
        """Correct the person's data where Odoo keeps them."""
        model, number = "hr.applicant", int(application)
        if self.candidates:
            [row] = self.api.rows(model, [("id", "=", number)], {"candidate_id"})
            model, number = "hr.candidate", row["candidate_id"][0]
        self.api.write(model, number, **self._reach(person))

    def attach(self, application, document, *, at):  # noqa: ARG002
        """Attach a document."""
        self.api.create(
            "ir.attachment",
            name=document.name,
            datas=base64.b64encode(document.content).decode("ascii"),
            res_model="hr.applicant",
            res_id=int(application),
        )

    def remove(self, application):
        """Delete the applicant."""
        self.api.unlink("hr.applicant", [int(application)])

    def seed_forbidden(self, marker):
        """Fill what Odoo keeps of pay and notes, and lay a portrait beside."""
        portrait = Document(
            f"{marker}.jpg", DocumentKind.OTHER, "image/jpeg", b"\xff\xd8\xff\xff\xd9"
        )
        key = self.seed(invented(1), documents=(pdf("cv"), portrait))
        fields = ("salary_expected_extra", "salary_proposed_extra", self._notes())
        self.api.write("hr.applicant", int(key), **dict.fromkeys(fields, marker))
        return key

    def seed_broken(self, marker):
        """Put a telephone number there that belongs to nobody."""
        values = {"partner_phone": marker}
        if self.candidates:
            values = {"candidate_id": self.api.create("hr.candidate", **values)}
        else:
            values |= self._subject()
        applicant = self.api.create("hr.applicant", **values)
        self.restage(str(applicant), Stage.REJECTED, at=self.at)

    def seed_anonymised(self):
        """Put an application there of whom nothing is left."""
        values = self._subject()
        if self.candidates:
            values = {"candidate_id": self.api.create("hr.candidate", partner_name="")}
        applicant = self.api.create("hr.applicant", **values)
        self.restage(str(applicant), Stage.REJECTED, at=self.at)

    def own_person(self, person):
        """Put the person among the company's contacts."""
        contact = self.api.create(
            "res.partner",
            name=f"{person.given} {person.family}",
            email=person.email,
            phone="+49 5321 1 qzxbefore",
            city=person.city,
        )
        return f"res.partner/{contact}"

    def tag(self, application, name):
        """Put a tag on an applicant."""
        tag = self._known("hr.applicant.category", name)
        self.api.write("hr.applicant", int(application), categ_ids=[(4, tag)])

    def note(self, ref, text):
        """Write below what stands in the notes."""
        number = int(ref.partition(".")[0])
        [row] = self.api.rows("hr.applicant", [("id", "=", number)], {self._notes()})
        self.api.write("hr.applicant", number, **{self._notes(): row[self._notes()] + text})

    def apply_with_contact_of(self, ref):
        """Let the person we filed apply by themselves: Odoo takes the contact it knows."""
        wanted = {"candidate_id"} if self.candidates else {"partner_id"}
        [row] = self.api.rows("hr.applicant", [("id", "=", int(ref.partition(".")[0]))], wanted)
        values = {field: row[field][0] for field in wanted}
        return self.api.create("hr.applicant", **values, **self._subject())

    @contextmanager
    def webhook(self, address):
        """Make an automation rule that calls the address."""
        [model] = self.api.search("ir.model", [("model", "=", "hr.applicant")])
        field = [("model", "=", "hr.applicant"), ("name", "=", "write_date")]
        action = {
            "name": "fks",
            "model_id": model,
            "state": "webhook",
            "webhook_url": address,
            "webhook_field_ids": [(6, 0, self.api.search("ir.model.fields", field))],
        }
        rule = self.api.create(
            "base.automation",
            name="fks",
            model_id=model,
            trigger="on_create_or_write",
            action_server_ids=[(0, 0, action)],
        )
        try:
            yield
        finally:
            self.api.unlink("base.automation", [rule])

    # What is there of ours --------------------------------------------------------------------

    def stored(self):
        """Return the applicants whose contact carries our key."""
        rows = self._ours()
        contacts = self.api.rows(
            "res.partner", [("id", "in", [row["partner_id"][0] for row in rows])], {"ref"}
        )
        referral = {row["id"]: row["ref"].removeprefix(KEY) for row in contacts}
        return tuple(f"{row['id']}.{referral[row['partner_id'][0]]}" for row in rows)

    def content_of(self, ref):
        """Return applicant, contact, source and files."""
        number = int(ref.partition(".")[0])
        wanted = {"partner_id", "partner_name", "email_from", "partner_phone", "source_id"}
        rows = self.api.rows("hr.applicant", [("id", "=", number)], wanted | {self._notes()})
        contact = rows[0]["partner_id"][0]
        fields = {"name", "ref", "email", "phone", "street", "zip", "city", "function"}
        rows += self.api.rows("res.partner", [("id", "=", contact)], fields)
        files = self.api.rows("ir.attachment", self._files(ref), {"datas"})
        contents = [base64.b64decode(one["datas"] or "") for one in files]
        return b"\n".join([json.dumps(rows, ensure_ascii=False).encode(), *contents])

    def names_of(self, ref):
        """Return the names of its files."""
        rows = self.api.rows("ir.attachment", self._files(ref), {"name"})
        return tuple(row["name"] for row in rows)

    def places_holding(self, marker):
        """Search every table and file: nobody can from outside."""
        if self._night:
            self._clean_up()
        text = marker.decode()
        if LIVE and not (told("POSTGRES") and told("FILESTORE")):
            pytest.fail("name FKS_ODOO_POSTGRES and FKS_ODOO_FILESTORE: there it is searched")
        found = self.exchange.remember(f"places holding {text}", lambda: _places(text))
        return tuple(json.loads(found))

    def plant(self, ref, marker):
        """Leave a copy of the contact, as merging and duplicating leave one."""
        referral = ref.partition(".")[2]
        self.api.create("res.partner", name=marker.decode(), ref=KEY + referral)

    def mails(self):
        """Return how many mails are written or sent."""
        return len(self.api.search("mail.mail", []))

    def improper_reads(self):
        """Return the forbidden fields the adapter asked for."""
        return tuple(one for one in self.exchange.read if is_forbidden(one) or "salary" in one)

    def needs_running_odoo(self):
        """Skip when played back; from here on nothing is recorded."""
        if not self.exchange.live:
            pytest.skip("Odoo calls us here: only a running one does")
        self.exchange.kept = False

    # Trouble ----------------------------------------------------------------------------------

    def down(self):
        """Answer nothing."""
        return self._troubled(lambda _: None)

    def talking_nonsense(self):
        """Answer with a page."""
        return self._troubled(lambda _: (200, {}, "<html>qzxprivate</html>"))

    def failing_inside(self):
        """Answer 500."""
        return self._troubled(lambda _: (500, {}, "qzxprivate"))

    def limiting(self, *, retry_after):
        """Answer 429, as a proxy before Odoo does."""
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        return self._troubled(lambda _: (429, headers, "qzxprivate"))

    def failing_after(self, calls):
        """Answer so many calls, then 500."""
        left = iter([(0, {}, "")] * calls)
        return self._troubled(lambda _: next(left, (500, {}, "qzxprivate")))

    @contextmanager
    def erasing_half(self):
        """Fail at the second deletion; when the night has passed, Odoo has cleaned up."""
        left = iter([(0, {}, "")])

        def second(label):
            return next(left, (500, {}, "")) if "unlink" in label else (0, {}, "")

        try:
            with self._troubled(second):
                yield
        finally:
            self._night = True

    @contextmanager
    def forbidding(self):
        """Show a wrong key: it is Odoo that refuses."""
        self.exchange.forbidding = True
        try:
            yield
        finally:
            self.exchange.forbidding = False

    @contextmanager
    def _troubled(self, trouble):
        self.exchange.trouble = trouble
        try:
            yield
        finally:
            self.exchange.trouble = None

    def hook(self, record, *, event, at, genuine=True):  # noqa: ARG002
        """Return what an automation rule sends, with lies."""
        moment = dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        claims = {"application_status": "hired", "partner_name": "Lie"}
        rule = {"_action": "Send Webhook Notification(#1)", "_id": int(record)}
        body = {**rule, "_model": "hr.applicant", "write_date": moment, **claims}
        return {"Content-Type": "application/json"}, json.dumps(body).encode()

    def ping(self, *, at):  # noqa: ARG002
        """Return a call about no record, as from trying the address out."""
        return {"Content-Type": "application/json"}, b"{}"

    # By the administrator ---------------------------------------------------------------------

    def _reach(self, person):
        name = f"{person.given} {person.family}"
        return {"partner_name": name, "email_from": person.email, "partner_phone": person.phone}

    def _subject(self):
        return {"name": "Bewerbung"} if self.version.major == 17 else {}

    def _notes(self):
        return "description" if self.version.major == 17 else "applicant_notes"

    def _ours(self):
        return self.api.rows("hr.applicant", [("partner_id.ref", "like", KEY)], {"partner_id"})

    def _files(self, ref):
        number = int(ref.partition(".")[0])
        return [("res_model", "=", "hr.applicant"), ("res_id", "=", number)]

    def _known(self, model, name):
        names = self.api.names(model, self.api.search(model, []))
        return next(record for record, one in names.items() if one.rpartition(".")[2] == name)

    def _empty(self):
        rows = self.api.rows("hr.applicant", [], {"email_from", "partner_phone", "partner_name"})
        strangers = [
            row for row in rows if "mail.example" not in (row["email_from"] or "mail.example")
        ]
        if strangers:
            pytest.exit("this database holds applicants of its own: take a throw-away one")
        self._all("hr.applicant", [])
        if self.candidates:
            self._all("hr.candidate", [])
        invented_ones = [("ref", "like", KEY), ("email", "like", "mail.example")]
        self._all("res.partner", ["|", *invented_ones])
        self._all("ir.attachment", [("name", "like", "fks-erased-")])
        self._all("mail.mail", [])
        self._clean_up()

    def _all(self, model, domain):
        found = self.api.search(model, domain)
        if found:
            self.api.unlink(model, found)

    def _clean_up(self):
        """Let it be night: Odoo's own clean-up runs."""
        number = self._known("ir.cron", "autovacuum_job")
        self.api.call("ir.cron", "method_direct_trigger", ids=[number])


def _places(text):
    """Search every table of the database and every file of the filestore."""
    import psycopg

    found = []
    with psycopg.connect(told("POSTGRES"), autocommit=True) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public' order by 1"
        ).fetchall()
        for (table,) in tables:
            query = f'select 1 from "{table}" t where t::text like %s limit 1'  # noqa: S608
            if connection.execute(query, [f"%{text}%"]).fetchone():
                found.append(table)
    files = (one for one in Path(told("FILESTORE")).rglob("*") if one.is_file())
    if any(text.encode() in one.read_bytes() for one in files):
        found.append("filestore")
    return json.dumps(found)
