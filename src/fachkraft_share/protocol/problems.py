"""Every refusal in one place: its code, its HTTP status and what it says (RFC 9457).

A problem's `type` is `urn:fks:problem:<code>`. Codes are stable; the sentences may get better.
"""

from typing import Any, Final

import attrs

from fachkraft_share.errors import (
    BusyError,
    FachkraftShareError,
    MalformedError,
    QuarantineError,
    RefusedError,
    SignatureError,
    StateError,
    TemporaryError,
)

URN: Final = "urn:fks:problem:"
MEDIA_TYPE: Final = "application/problem+json"


@attrs.frozen
class Problem:
    """One row of the table."""

    code: str
    status: int
    title: str
    title_de: str


_TABLE: Final[tuple[tuple[str, int, str, str], ...]] = (
    # the request itself
    ("malformed", 400, "Not in the form of the protocol", "Nicht in der Form des Protokolls"),
    ("signature", 403, "The signature does not hold", "Die Signatur trägt nicht"),
    ("too-large", 413, "Larger than allowed", "Größer als erlaubt"),
    ("digest", 400, "The body was changed on its way", "Der Inhalt wurde unterwegs verändert"),
    ("media-type", 415, "Another media type is expected", "Ein anderer Medientyp wird erwartet"),
    ("not-found", 404, "There is nothing here", "Hier ist nichts"),
    ("method", 405, "Not with this method", "Nicht mit dieser Methode"),
    ("timeout", 408, "The body took too long", "Der Inhalt kam zu langsam"),
    ("busy", 503, "Busy; try again soon", "Ausgelastet; bitte gleich noch einmal"),
    ("internal", 500, "Something went wrong here", "Hier ist etwas schiefgegangen"),
    # who asks
    ("unauthenticated", 401, "No valid request token", "Kein gültiger Anfrage-Nachweis"),
    ("operation", 401, "The token is for another operation", "Nachweis gilt für anderen Aufruf"),
    ("body-hash", 401, "The body is not the signed one", "Der Inhalt ist nicht der signierte"),
    ("clock", 401, "The clocks differ", "Die Uhren gehen verschieden"),
    ("replay", 401, "This request was made before", "Diese Anfrage gab es schon"),
    # delivery
    ("history", 409, "The cursor is of another history", "Der Zeiger gehört zu anderem Verlauf"),
    ("quarantine", 503, "Restored: resynchronise first", "Wiederhergestellt: erst neu abgleichen"),
    ("equivocation", 409, "This id was used before", "Diese Kennung ist schon vergeben"),
    ("not-now", 409, "Not possible yet; try again", "Noch nicht möglich; später noch einmal"),
    ("unknown-event", 422, "An unknown kind of event", "Eine unbekannte Art von Ereignis"),
    ("unknown-reason", 422, "An unknown reason", "Ein unbekannter Grund"),
    ("future", 422, "Dated in the future", "Liegt in der Zukunft"),
    ("too-old", 422, "Dated too long ago", "Liegt zu weit zurück"),
    ("audience", 403, "Addressed to somebody else", "An jemand anderen gerichtet"),
    ("not-addressed", 403, "This is not for us", "Das ist nicht für uns"),
    ("not-entitled", 403, "The sender may not do this", "Dazu ist der Absender nicht befugt"),
    ("foreign", 403, "The origin belongs to no member here", "Der Ursprung ist hier kein Mitglied"),
    # referrals
    ("referral-id", 422, "The referral id does not fit", "Die Kennung der Empfehlung passt nicht"),
    ("referral-exists", 409, "Another envelope has this id", "Diese Kennung trägt schon anderes"),
    ("not-after", 422, "The dates do not fit", "Die Fristen passen nicht"),
    ("too-late", 410, "The referral's time is over", "Die Zeit der Empfehlung ist um"),
    ("no-invitation", 403, "There was no invitation", "Es gab keine Einladung"),
    ("no-profile", 422, "There is no profile", "Es fehlt das Profil"),
    ("invited", 409, "A draft for this invitation exists", "Dazu liegt schon ein Entwurf vor"),
    ("scope", 422, "The scope does not fit", "Der Umfang passt nicht"),
    # consent
    ("no-consent", 403, "There is no consent", "Es gibt keine Einwilligung"),
    ("closed", 410, "A closure stands", "Die Empfehlung ist beendet"),
    ("not-yet", 403, "The consent is dated ahead", "Die Einwilligung gilt noch nicht"),
    ("expired", 410, "The consent's time is over", "Die Einwilligung ist abgelaufen"),
    ("purpose", 403, "This purpose was not allowed", "Dieser Zweck wurde nicht erlaubt"),
    ("category", 403, "This category was not allowed", "Diese Angabe wurde nicht erlaubt"),
    ("assurance", 403, "A better proof is asked for", "Ein besserer Nachweis wird verlangt"),
    ("list-expired", 503, "The member list has expired", "Die Mitgliederliste ist abgelaufen"),
    ("origin", 403, "The origin is no recipient", "Der Ursprung ist kein Empfänger"),
    ("agreement", 403, "No agreement names the partner", "Keine Vereinbarung nennt den Partner"),
    ("inactive", 403, "Not an active member", "Kein aktives Mitglied"),
    ("excluded", 403, "Not for this member", "Nicht für dieses Mitglied"),
    ("unsettled", 403, "An erasure receipt is overdue", "Ein Löschnachweis ist überfällig"),
    ("third-country", 403, "Stored outside the EEA", "Speicherort außerhalb des EWR"),
    ("unanswered", 403, "The person did not agree", "Die Person hat nicht zugestimmt"),
    ("draft", 409, "The consent names another envelope", "Die Einwilligung meint anderes"),
    ("already-granted", 409, "A consent is in force", "Eine Einwilligung besteht schon"),
    ("renewals", 409, "Renewed too often", "Zu oft verlängert"),
    ("stale", 409, "Something newer is in force", "Es gilt schon etwas Neueres"),
    # contact
    ("not-served", 403, "This referral was not given", "Diese Empfehlung wurde nicht übergeben"),
    ("too-many-requests", 429, "Too many contact requests", "Zu viele Kontaktanfragen"),
    ("too-long", 422, "A text is too long", "Ein Text ist zu lang"),
    ("no-answer", 422, "The person's answer is missing", "Die Antwort der Person fehlt"),
    ("length", 422, "There is no such size", "Diese Größe gibt es nicht"),
    ("blob", 409, "The blob was put for another delivery", "Die Sendung gehört woanders hin"),
    ("hash", 422, "The content has another hash", "Der Inhalt hat eine andere Prüfsumme"),
    ("quota", 429, "Too many at once", "Zu viele auf einmal"),
    ("already-disclosed", 409, "Already handed over", "Schon übergeben"),
    # erasure
    ("no-closure", 409, "No such closure is known", "Dieses Ende ist hier unbekannt"),
    ("stale-receipt", 409, "It answers another closure", "Er gilt einem anderen Ende"),
    ("not-holder", 403, "This member was never served", "Dieses Mitglied hat nichts erhalten"),
    ("receipt", 422, "The receipt reveals no item", "Der Löschnachweis legt nichts offen"),
    # membership
    ("code", 403, "No such code, or used or expired", "Code unbekannt, verbraucht, abgelaufen"),
    ("member-exists", 409, "This id is a member already", "Diese Kennung ist schon Mitglied"),
    ("stale-application", 409, "A newer application counts", "Es gilt ein neuerer Antrag"),
    ("list-rollback", 409, "A newer list is known", "Eine neuere Liste ist bekannt"),
    ("list-fork", 409, "Two lists with one number", "Zwei Listen mit einer Nummer"),
    ("list-order", 409, "The lists are out of order", "Die Listen folgen nicht aufeinander"),
    ("list-incomplete", 422, "The list is incomplete", "Die Liste ist unvollständig"),
    ("list-double", 422, "A member stands on it twice", "Ein Mitglied steht doppelt darauf"),
    ("list-too-long", 422, "The list is valid too long", "Die Liste gilt zu lange"),
    ("agreement-terms", 422, "The agreement does not fit", "Die Vereinbarung passt nicht"),
    ("agreement-fork", 409, "Two versions with one number", "Zwei Fassungen mit einer Nummer"),
    ("agreement-rollback", 409, "A newer version is known", "Eine neuere Fassung ist bekannt"),
    ("agreement-incomplete", 422, "A version is missing", "Es fehlt eine Fassung"),
    ("agreement-partner", 422, "Two partners with one name", "Zwei Partner mit einem Namen"),
    ("no-list", 409, "No such list is known", "Diese Liste ist unbekannt"),
    ("statement-too-long", 422, "The statement is valid too long", "Der Nachweis gilt zu lange"),
    ("statement-expired", 422, "The statement has expired", "Der Nachweis ist abgelaufen"),
    ("wrong-authority", 403, "Another authority", "Eine andere Stelle"),
    ("authority-expired", 503, "The root must sign anew", "Der Hauptschlüssel muss neu signieren"),
    # bundles
    ("surplus", 422, "Something does not belong here", "Etwas gehört nicht hierher"),
    ("no-bundle", 409, "There is no evidence yet", "Es gibt noch keinen Nachweis"),
    ("wrong-type", 422, "A document of another type", "Ein Dokument anderer Art"),
    # desk
    ("unknown-link", 404, "No such link", "Diesen Link gibt es nicht"),
    ("old-link", 409, "This link can only withdraw", "Dieser Link kann nur noch widerrufen"),
    ("not-open", 409, "Not possible with this link now", "Mit diesem Link jetzt nicht möglich"),
    ("choice", 422, "The choice is incomplete", "Die Auswahl ist unvollständig"),
    ("cross-site", 403, "Sent from a foreign page", "Von einer fremden Seite gesendet"),
    ("renewed-too-often", 409, "Renewed too often", "Zu oft verlängert"),
    ("unknown-holder", 404, "No such recipient", "Diesen Empfänger gibt es nicht"),
    ("unknown-request", 404, "No such contact request", "Diese Kontaktanfrage gibt es nicht"),
    # adapters
    ("hook-age", 409, "The call is too old", "Der Aufruf ist zu alt"),
    ("hook-signature", 403, "The call is not signed", "Der Aufruf ist nicht signiert"),
    ("hook-size", 413, "The call is too large", "Der Aufruf ist zu groß"),
    ("permit-action", 403, "Leave for something else", "Erlaubnis für etwas anderes"),
    ("permit-missing", 403, "No leave was given", "Es fehlt die Erlaubnis"),
    ("permit-referral", 403, "Leave for another referral", "Erlaubnis für andere Empfehlung"),
    ("permit-stale", 403, "The leave is too old", "Die Erlaubnis ist zu alt"),
)
PROBLEMS: Final = {row[0]: Problem(*row) for row in _TABLE}


def problem(code: str) -> Problem:
    """Return the row of a code; a code this version does not know is an ordinary refusal."""
    return PROBLEMS.get(code) or Problem(code, 422, "Refused", "Abgelehnt")


def document(code: str, detail: str = "", **more: Any) -> dict[str, Any]:
    """Return the problem document (RFC 9457) for a code."""
    row = problem(code)
    found: dict[str, Any] = {
        "type": f"{URN}{row.code}",
        "title": row.title,
        "title_de": row.title_de,
        "status": row.status,
    }
    return {**found, **({"detail": detail} if detail else {}), **more}


def code_of(error: FachkraftShareError) -> str:
    """Return the code under which an error is told to others."""
    if isinstance(error, RefusedError):
        return error.code
    return next(code for kind, code in _BY_KIND if isinstance(error, kind))


_BY_KIND: Final[tuple[tuple[type[FachkraftShareError], str], ...]] = (
    (MalformedError, "malformed"),
    (SignatureError, "signature"),
    (QuarantineError, "quarantine"),
    (StateError, "not-now"),
    (BusyError, "busy"),
    (TemporaryError, "busy"),
    (FachkraftShareError, "internal"),
)
