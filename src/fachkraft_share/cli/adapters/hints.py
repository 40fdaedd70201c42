"""What to do when a rule of the shared suites is broken: in words, beside what pytest said."""

from typing import Final

# The longest beginning of a test's name that fits decides.
_HINTS: Final[dict[str, str]] = {
    "a1_": "a later rejection is missed: filter by when the record or its stage changed, never by "
    "when it was created; if the system knows only that, declare changes=CREATED_ONLY",
    "a2_": "changes of one moment get lost or come twice: yield every record since asked.since "
    "(>=, not >) with its updated_at, and leave comparing to the base class",
    "a3_a_tenant": "times without a zone were read as ours: take the tenant's zone from the system "
    "(ports.moments) and declare naive=True",
    "a3_": "a clock change loses somebody (if A1 is broken, too, see there first): read local "
    "times with ports.moments and declare naive=True, so that the hour that comes twice is asked "
    "for again",
    "a4_archived": "refused, closed and archived records must be yielded whatever their stage; a "
    "stage that is not mapped is yielded too, the base class reports it",
    "a4_one_who": "a record that changed must be yielded whatever its stage, also when it is hired "
    "by now",
    "a4_suppressed": "yield records under the id the application always has: by it suppressed ones "
    "are known",
    "a4_": "an anonymised record becomes a candidate: set Record.anonymised, or map nothing",
    "a5_the_list": "a list read page by page moves meanwhile: read all ids first, then the "
    "records, and pass over one that has gone",
    "a5_": "a change does not arrive: `covers` must name only what moves the system's filter, and "
    "documents belong into Record.documents, so that they are compared",
    "a6_a_file": "a file that is not what its type says was handed out: give its media type as the "
    "system has it and leave judging to the base class",
    "a6_": "documents arrive changed or not at all: ask for a link in _read_document and fetch it "
    "there, keep no link, and map the kind",
    "a7_": "a forbidden field leaves (birth date, gender, pay, photo, notes): ask for the fields "
    "you need by name and map nothing else",
    "a8_at_the_same": "two imports at once make two persons, or one of them fails: let the system "
    "keep our referral id unique, and when the create is refused as taken, or by a lock, return "
    "what _find finds",
    "a8_after": "an import whose answer was lost makes a second person: _find must find what was "
    "created under our referral id",
    "a8_": "import twice makes two persons: store our referral id with the person, find it in "
    "_find, and update `known` instead of creating",
    "a9_provenance": "the mark is missing, or the system wrote to the candidate: write source, "
    "referral and consent in _mark, and switch the system's mails off",
    "a9_no_referral": "the referral's id stands on the site: use the item's key and slug only",
    "a9_": "something was sent without the gate's leave: fill in the underscored methods only and "
    "call none of them yourself",
    "a10_": "a create that comes later is not waited for: raise TemporaryAdapterError while it is "
    "pending and PermanentAdapterError once it has failed",
    "a11_": "a person who was there before was overwritten or erased: find by our id, never by "
    "name or mail address, and erase only what carries our id",
    "a12_a_planted": "`_look` does not see what a careless erasure leaves: search every place "
    "where the system keeps something of an id, not only the record",
    "a12_what_a_broken": "a writing that broke off left something behind that nobody finds again: "
    "create what can be found by our key first and hang all else on it, or find it in _erase",
    "a12_": "something is left after erasing and not named: erase files, history and trash too, or "
    "yield a Residue for each place in _look",
    "a13_forbidden": "a refusal was taken for 'gone': let errors through in _erase and _look",
    "a13_a_partial": "half an erasure was called one: raise, and make erasing again finish it",
    "a13_": "erasing again fails or says something else: what is not there is no error, and the "
    "outcome is what `erase` declares",
    "a14_": "a hook is believed or not told apart: verify the raw body in _read_hook (ports.hooks) "
    "and return id, time, record and ping; or declare notify=NONE",
    "a15_names": "a file or id carries a person's name: store documents under the name given to "
    "_add_document and let the system make ids",
    "a15_slugs": "a slug or title carries a name: use item.slug and never make one of the title",
    "a15_": "markup arrives: send the text you are given as it is, and unescape nothing",
    "a16_one_broken": "one unreadable record stops the rest: raise InvalidRecordError in "
    "_candidate, the base class reports it and goes on",
    "a16_half_a_list": "a broken-off reading loses somebody: yield records as they come, and let "
    "errors through",
    "a16_half": "half a writing is not finished by the next: begin with what _find finds, and "
    "write the rest again under the same names",
    "a16_an_expired": "an ended token is not renewed: use ports.rest_auth.client_credentials, or "
    "log in again once",
    "a16_refused": "refused rights must be CredentialsError: translate 401 and 403, or let "
    "PermissionError through",
    "a16_nonsense": "an answer nobody understands must be PermanentAdapterError: check what came "
    "before using it, and quote nothing of it",
    "a16_": "trouble of the system must be TemporaryAdapterError (with retry_after where it says "
    "so), and neither error nor log may quote it",
    "a17_publishing": "one item becomes two: find it by item.key, and let the site keep the slug "
    "unique",
    "a17_trash": "a trash or revisions keep the item: delete past the trash, and look there",
    "a17_orphans": "`_published` must list all that is ours, public or not, and nothing of others",
    "a17_what_is_unpublished": "readers still see it: take it away, empty the caches, and ask in "
    "_shown as an anonymous reader",
    "a17_": "what readers see is not what was sent: see ports.publishing.Item for title, page, "
    "link and time",
    "a18_erasing": "`limitations` and the version in _check must say something; what is not "
    "declared must not be filled in",
    "a18_the_limits": "upload.max_bytes and upload.formats must be what the system really takes",
    "a18_what_expires": "`expires` and the site differ about items whose time is over",
    "a18_what_is_not": "something that is not declared does not raise: take the method away or "
    "declare it",
    "a18_": "something that is declared does not work: fill in its method, or do not declare it",
}


def hint_for(test: str) -> str:
    """Return what helps when this test of the suite fails."""
    name = test.removeprefix("test_")
    fitting = [begin for begin in _HINTS if name.startswith(begin)]
    return _HINTS[max(fitting, key=len)] if fitting else "see docs/adapters/port.md"


def rule_of(test: str) -> str:
    """Return the rule a test belongs to, such as A8."""
    return test.removeprefix("test_").partition("_")[0].upper()


def sentence_of(test: str) -> str:
    """Return what the test is called, as words."""
    return test.removeprefix("test_").partition("_")[2].replace("_", " ")
