"""The first tables, written from the record classes; frozen once released."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTES = sa.LargeBinary()


def _column(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def _optional(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    """Make every table."""
    _agreement_version()
    _blob()
    _blob_content()
    _breach_case()
    _breach_step()
    _closing()
    _contact()
    _custody()
    _due()
    _exclusion()
    _feed_head()
    _feed_row()
    _head_dispute()
    _held()
    _invitation()
    _join_code()
    _kept()
    _letter()
    _list_content()
    _listed()
    _login_act()
    _manifest()
    _notice_text()
    _office_act()
    _official_list()
    _parked()
    _part()
    _partner_calls()
    _partner_cursor()
    _partner_head()
    _partner_list()
    _partner_page()
    _partner_pause()
    _partner_statement()
    _person_request()
    _reader_state()
    _receipt()
    _referral()
    _seen()
    _sighting()
    _sign_in_ceremony()
    _sign_in_link()
    _sign_in_tries()
    _spent()
    _staff_account()
    _staff_passkey()
    _staff_session()
    _statement()
    _task()
    _token()
    _tombstone()
    _unreported()


def _agreement_version() -> None:
    op.create_table(
        "agreement_version",
        _column("agreement", TEXT),
        _column("version", INT),
        _column("token", TEXT),
        sa.PrimaryKeyConstraint("agreement", "version"),
    )


def _blob() -> None:
    op.create_table(
        "blob",
        _column("sha256", TEXT),
        _column("sender", TEXT),
        _column("addressee", TEXT),
        _column("referral", TEXT),
        _column("size", INT),
        _column("at", INT),
        _column("named", INT),
        _optional("custody_at", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_blob_sender", "blob", ["sender"])
    op.create_index("ix_blob_at", "blob", ["at"])
    op.create_index("ix_blob_referral", "blob", ["referral"])


def _blob_content() -> None:
    op.create_table(
        "blob_content",
        _column("sha256", TEXT),
        _column("content", BYTES),
        sa.PrimaryKeyConstraint("sha256"),
    )


def _breach_case() -> None:
    op.create_table(
        "breach_case",
        _column("id", TEXT),
        _column("opened_at", INT),
        _column("known_at", INT),
        _optional("referral", TEXT),
        _optional("recipient", TEXT),
        _column("scope", TEXT),
        _optional("risk", TEXT),
        _optional("recalled_at", INT),
        _optional("authority_at", INT),
        _optional("person_at", INT),
        _optional("closed_at", INT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_breach_case_opened_at", "breach_case", ["opened_at"])


def _breach_step() -> None:
    op.create_table(
        "breach_step",
        _column("case", TEXT),
        _column("number", INT),
        _column("at", INT),
        _column("by", TEXT),
        _column("what", TEXT),
        sa.PrimaryKeyConstraint("case", "number"),
    )


def _closing() -> None:
    op.create_table(
        "closing",
        _column("referral", TEXT),
        _column("scope", TEXT),
        _column("closure", TEXT),
        _column("attached", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("referral", "scope", "closure"),
    )


def _contact() -> None:
    op.create_table(
        "contact",
        _column("referral", TEXT),
        _column("requester", TEXT),
        _column("request", TEXT),
        _column("requested_at", INT),
        _column("requested_seq", INT),
        _optional("requested", TEXT),
        _column("presented_seq", INT),
        _optional("job", TEXT),
        _optional("message", TEXT),
        _optional("notice", TEXT),
        _column("answer_seq", INT),
        _optional("answer", TEXT),
        _optional("answered", TEXT),
        _column("disclosed_seq", INT),
        _optional("disclosed", TEXT),
        _optional("blob", TEXT),
        _column("outcome_seq", INT),
        _optional("outcome", TEXT),
        sa.PrimaryKeyConstraint("referral", "requester", "request"),
    )
    op.create_index("ix_contact_requester_requested_at", "contact", ["requester", "requested_at"])


def _custody() -> None:
    op.create_table(
        "custody",
        _column("referral", TEXT),
        _column("node", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("referral"),
    )
    op.create_index("ix_custody_at", "custody", ["at"])


def _due() -> None:
    op.create_table(
        "due",
        _column("referral", TEXT),
        _column("holder", TEXT),
        _column("scope", TEXT),
        _column("closure", TEXT),
        _column("since", INT),
        _column("due", INT),
        sa.PrimaryKeyConstraint("referral", "holder", "scope"),
    )
    op.create_index("ix_due_holder_due", "due", ["holder", "due"])
    op.create_index("ix_due_due", "due", ["due"])


def _exclusion() -> None:
    op.create_table(
        "exclusion",
        _column("referral", TEXT),
        _column("kind", TEXT),
        _column("value", TEXT),
        sa.PrimaryKeyConstraint("referral", "kind", "value"),
    )


def _feed_head() -> None:
    op.create_table(
        "feed_head",
        _column("feed", TEXT),
        _column("number", INT),
        _column("head", TEXT),
        sa.PrimaryKeyConstraint("feed"),
    )


def _feed_row() -> None:
    op.create_table(
        "feed_row",
        _column("number", INT),
        _column("stream", TEXT),
        _column("to", TEXT),
        _optional("list_number", INT),
        _optional("referral", TEXT),
        _column("token", TEXT),
        _column("attached", TEXT),
        _column("at", INT),
        _column("head", TEXT),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_feed_row_to_number", "feed_row", ["to", "number"])
    op.create_index("ix_feed_row_referral", "feed_row", ["referral"])


def _head_dispute() -> None:
    op.create_table(
        "head_dispute",
        _column("node", TEXT),
        _column("number", INT),
        _column("kind", TEXT),
        _column("before", TEXT),
        _column("found", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("node", "number"),
    )


def _held() -> None:
    op.create_table(
        "held",
        _column("referral", TEXT),
        _column("holder", TEXT),
        _column("number", INT),
        _column("served_at", INT),
        _optional("custody_at", INT),
        _optional("via", TEXT),
        sa.PrimaryKeyConstraint("referral", "holder"),
    )
    op.create_index("ix_held_holder_number", "held", ["holder", "number"])


def _invitation() -> None:
    op.create_table(
        "invitation",
        _column("key_x", TEXT),
        _column("member", TEXT),
        _column("ref", TEXT),
        _column("assurance", TEXT),
        _column("language", TEXT),
        _column("at", INT),
        _optional("referral", TEXT),
        _optional("manage_x", TEXT),
        _optional("used_at", INT),
        _optional("later", INT),
        sa.PrimaryKeyConstraint("key_x"),
    )
    op.create_index("ix_invitation_manage_x", "invitation", ["manage_x"])
    op.create_index("ix_invitation_at", "invitation", ["at"])
    op.create_index("ix_invitation_member_ref", "invitation", ["member", "ref"])


def _join_code() -> None:
    op.create_table(
        "join_code",
        _column("sha256", TEXT),
        _column("name", TEXT),
        _column("roles", TEXT),
        _column("expires", INT),
        _column("details", TEXT),
        _optional("used_by", TEXT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_join_code_expires", "join_code", ["expires"])


def _kept() -> None:
    op.create_table(
        "kept",
        _column("name", TEXT),
        _column("value", TEXT),
        sa.PrimaryKeyConstraint("name"),
    )


def _letter() -> None:
    op.create_table(
        "letter",
        _column("key_x", TEXT),
        _column("to", TEXT),
        _column("subject", TEXT),
        _column("text", TEXT),
        _column("at", INT),
        _column("tries", INT),
        _column("next_at", INT),
        _column("signs_in", INT),
        sa.PrimaryKeyConstraint("key_x"),
    )
    op.create_index("ix_letter_at", "letter", ["at"])


def _list_content() -> None:
    op.create_table(
        "list_content",
        _column("sha256", TEXT),
        _column("content", BYTES),
        sa.PrimaryKeyConstraint("sha256"),
    )


def _listed() -> None:
    op.create_table(
        "listed",
        _column("number", INT),
        _column("page", INT),
        _column("token", TEXT),
        _column("exp", INT),
        sa.PrimaryKeyConstraint("number", "page"),
    )


def _login_act() -> None:
    op.create_table(
        "login_act",
        _column("id", TEXT),
        _column("realm", TEXT),
        _column("act", TEXT),
        _column("by", TEXT),
        _column("about", TEXT),
        _column("roles", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_login_act_realm_at", "login_act", ["realm", "at"])
    op.create_index("ix_login_act_at", "login_act", ["at"])


def _manifest() -> None:
    op.create_table(
        "manifest",
        _column("referral", TEXT),
        _column("scope", TEXT),
        _column("node", TEXT),
        _column("page", INT),
        _column("token", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("referral", "scope", "node", "page"),
    )


def _notice_text() -> None:
    op.create_table(
        "notice_text",
        _column("sha256", TEXT),
        _column("language", TEXT),
        _column("text", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_notice_text_at", "notice_text", ["at"])


def _office_act() -> None:
    op.create_table(
        "office_act",
        _column("number", INT),
        _column("at", INT),
        _column("account", TEXT),
        _column("action", TEXT),
        _column("about", TEXT),
        _column("outcome", TEXT),
        _column("head", TEXT),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_office_act_at", "office_act", ["at"])
    op.create_index("ix_office_act_about", "office_act", ["about"])


def _official_list() -> None:
    op.create_table(
        "official_list",
        _column("name", TEXT),
        _column("sha256", TEXT),
        _column("size", INT),
        _column("file", TEXT),
        _column("stamp", TEXT),
        _column("rows", INT),
        _column("repaired", INT),
        _column("dropped", INT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("name"),
    )


def _parked() -> None:
    op.create_table(
        "parked",
        _column("sha256", TEXT),
        _column("node", TEXT),
        _column("stream", TEXT),
        _optional("referral", TEXT),
        _column("token", TEXT),
        _column("attached", TEXT),
        _column("parts", TEXT),
        _column("code", TEXT),
        _column("at", INT),
        _column("next_at", INT),
        _column("tries", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_parked_node_next_at", "parked", ["node", "next_at"])
    op.create_index("ix_parked_next_at", "parked", ["next_at"])
    op.create_index("ix_parked_referral", "parked", ["referral"])
    op.create_index("ix_parked_at", "parked", ["at"])


def _part() -> None:
    op.create_table(
        "part",
        _column("referral", TEXT),
        _column("category", TEXT),
        _column("text", TEXT),
        sa.PrimaryKeyConstraint("referral", "category"),
    )


def _partner_calls() -> None:
    op.create_table(
        "partner_calls",
        _column("node", TEXT),
        _column("at", INT),
        _optional("since", INT),
        _column("tries", INT),
        _column("next_at", INT),
        _column("code", TEXT),
        sa.PrimaryKeyConstraint("node"),
    )


def _partner_cursor() -> None:
    op.create_table(
        "partner_cursor",
        _column("node", TEXT),
        _column("epoch", TEXT),
        _optional("closures", TEXT),
        _optional("events", TEXT),
        sa.PrimaryKeyConstraint("node"),
    )


def _partner_head() -> None:
    op.create_table(
        "partner_head",
        _column("node", TEXT),
        _column("number", INT),
        _column("head", TEXT),
        _column("token", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("node"),
    )


def _partner_list() -> None:
    op.create_table(
        "partner_list",
        _column("authority", TEXT),
        _column("number", INT),
        _column("signed_by", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("authority", "number"),
    )


def _partner_page() -> None:
    op.create_table(
        "partner_page",
        _column("authority", TEXT),
        _column("number", INT),
        _column("page", INT),
        _column("token", TEXT),
        sa.PrimaryKeyConstraint("authority", "number", "page"),
    )


def _partner_pause() -> None:
    op.create_table(
        "partner_pause",
        _column("node", TEXT),
        _column("until", INT),
        sa.PrimaryKeyConstraint("node"),
    )


def _partner_statement() -> None:
    op.create_table(
        "partner_statement",
        _column("authority", TEXT),
        _column("sha256", TEXT),
        _column("token", TEXT),
        sa.PrimaryKeyConstraint("authority", "sha256"),
    )


def _person_request() -> None:
    op.create_table(
        "person_request",
        _column("referral", TEXT),
        _column("kind", TEXT),
        _column("jti", TEXT),
        _column("at", INT),
        _optional("done_at", INT),
        _column("categories", TEXT),
        sa.PrimaryKeyConstraint("referral", "kind", "jti"),
    )


def _reader_state() -> None:
    op.create_table(
        "reader_state",
        _column("id", TEXT),
        _column("custody", INT),
        _column("epoch", TEXT),
        sa.PrimaryKeyConstraint("id"),
    )


def _receipt() -> None:
    op.create_table(
        "receipt",
        _column("referral", TEXT),
        _column("holder", TEXT),
        _column("scope", TEXT),
        _column("token", TEXT),
        _column("part", TEXT),
        _column("settled", INT),
        _optional("alarm", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("referral", "holder", "scope"),
    )
    op.create_index("ix_receipt_settled_at", "receipt", ["settled", "at"])
    op.create_index("ix_receipt_token", "receipt", ["token"])


def _referral() -> None:
    op.create_table(
        "referral",
        _column("id", TEXT),
        _column("origin", TEXT),
        _column("key_x", TEXT),
        _column("nonce", TEXT),
        _column("state", TEXT),
        _column("envelope", TEXT),
        _column("not_after", INT),
        _column("at", INT),
        _optional("consent", TEXT),
        _optional("consent_exp", INT),
        _optional("home", TEXT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_referral_state_not_after", "referral", ["state", "not_after"])
    op.create_index("ix_referral_origin", "referral", ["origin"])


def _seen() -> None:
    op.create_table(
        "seen",
        _column("iss", TEXT),
        _column("jti", TEXT),
        _column("sha256", TEXT),
        _column("at", INT),
        _optional("other", TEXT),
        sa.PrimaryKeyConstraint("iss", "jti"),
    )
    op.create_index("ix_seen_at", "seen", ["at"])


def _sighting() -> None:
    op.create_table(
        "sighting",
        _column("id", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("id"),
    )


def _sign_in_ceremony() -> None:
    op.create_table(
        "sign_in_ceremony",
        _column("sha256", TEXT),
        _column("realm", TEXT),
        _column("kind", TEXT),
        _column("account", TEXT),
        _column("secret", TEXT),
        _column("browser", TEXT),
        _column("back", TEXT),
        _column("ends", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_sign_in_ceremony_ends", "sign_in_ceremony", ["ends"])


def _sign_in_link() -> None:
    op.create_table(
        "sign_in_link",
        _column("sha256", TEXT),
        _column("realm", TEXT),
        _column("account", TEXT),
        _column("kind", TEXT),
        _column("role", TEXT),
        _column("back", TEXT),
        _column("ends", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_sign_in_link_account", "sign_in_link", ["account"])
    op.create_index("ix_sign_in_link_ends", "sign_in_link", ["ends"])


def _sign_in_tries() -> None:
    op.create_table(
        "sign_in_tries",
        _column("bucket", TEXT),
        _column("since", INT),
        _column("count", INT),
        sa.PrimaryKeyConstraint("bucket"),
    )
    op.create_index("ix_sign_in_tries_since", "sign_in_tries", ["since"])


def _spent() -> None:
    op.create_table(
        "spent",
        _column("iss", TEXT),
        _column("jti", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("iss", "jti"),
    )
    op.create_index("ix_spent_at", "spent", ["at"])


def _staff_account() -> None:
    op.create_table(
        "staff_account",
        _column("id", TEXT),
        _column("realm", TEXT),
        _column("name", TEXT),
        _column("mail", TEXT),
        _column("roles", TEXT),
        _column("language", TEXT),
        _column("at", INT),
        _column("locked", INT),
        _column("seen", INT),
        _column("subject", TEXT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_account_realm_mail", "staff_account", ["realm", "mail"])
    op.create_index("ix_staff_account_realm_subject", "staff_account", ["realm", "subject"])


def _staff_passkey() -> None:
    op.create_table(
        "staff_passkey",
        _column("id", TEXT),
        _column("account", TEXT),
        _column("name", TEXT),
        _column("public", BYTES),
        _column("count", INT),
        _column("at", INT),
        _column("used", INT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_passkey_account", "staff_passkey", ["account"])


def _staff_session() -> None:
    op.create_table(
        "staff_session",
        _column("sha256", TEXT),
        _column("account", TEXT),
        _column("realm", TEXT),
        _column("way", TEXT),
        _column("at", INT),
        _column("seen", INT),
        _column("ends", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_staff_session_account", "staff_session", ["account"])
    op.create_index("ix_staff_session_ends", "staff_session", ["ends"])


def _statement() -> None:
    op.create_table(
        "statement",
        _column("sha256", TEXT),
        _column("sub", TEXT),
        _column("token", TEXT),
        _column("iat", INT),
        _column("exp", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_statement_sub", "statement", ["sub"])


def _task() -> None:
    op.create_table(
        "task",
        _column("kind", TEXT),
        _column("about", TEXT),
        _column("next_at", INT),
        _column("tries", INT),
        _optional("note", TEXT),
        sa.PrimaryKeyConstraint("kind", "about"),
    )
    op.create_index("ix_task_next_at", "task", ["next_at"])


def _token() -> None:
    op.create_table(
        "token",
        _column("sha256", TEXT),
        _column("type", TEXT),
        _column("iss", TEXT),
        _optional("referral", TEXT),
        _column("personal", INT),
        _optional("body", TEXT),
        _column("at", INT),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_token_referral", "token", ["referral"])


def _tombstone() -> None:
    op.create_table(
        "tombstone",
        _column("referral", TEXT),
        _column("scope", TEXT),
        _column("reason", TEXT),
        _column("closure", TEXT),
        _column("attached", TEXT),
        _column("closed_at", INT),
        _column("keep_until", INT),
        sa.PrimaryKeyConstraint("referral", "scope"),
    )
    op.create_index("ix_tombstone_keep_until", "tombstone", ["keep_until"])
    op.create_index("ix_tombstone_closed_at", "tombstone", ["closed_at"])


def _unreported() -> None:
    op.create_table(
        "unreported",
        _column("referral", TEXT),
        _column("holder", TEXT),
        _column("node", TEXT),
        sa.PrimaryKeyConstraint("referral", "holder"),
    )
    op.create_index("ix_unreported_node", "unreported", ["node"])
