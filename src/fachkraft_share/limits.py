"""Every maximum of the protocol and the engines, with its unit and its reason."""

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# wire/ ---------------------------------------------------------------------------------------
MESSAGE_BYTES = 64 * 1024  # one signed document; larger things travel as blobs
JSON_DEPTH = 16  # deeper documents exhaust recursive readers
INTEGER_MAX = 2**53 - 1  # the largest integer every JSON reader keeps exact (RFC 7493)
CLOCK_SKEW = 120  # seconds a request's `iat` may be off
MESSAGE_SKEW = 1 * DAY  # seconds an event's `iat` may lie in the future; members' clocks drift
MESSAGE_AGE_DAYS = 30  # how old an event may be when the node hears it; ended keys could backdate
BLOB_CLASSES = (64 * 1024, 256 * 1024, 2**20, 4 * 2**20, 16 * 2**20)  # padded sizes in bytes
BLOB_BYTES = BLOB_CLASSES[-1]
SEALED_OVERHEAD = 48  # bytes HPKE adds: encapsulated key 32, tag 16; sealed blobs have class size
REQUEST_TOKEN_BYTES = 8 * 1024  # an Authorization header; servers and proxies allow about as much
ORGANISATION_ID = 200  # characters of an organisation's id
ID_BYTES = 16  # a message's, request's or referral's id: 128 bits
SECRET_BYTES = 16  # the least a link's secret may have
KEYS_CACHED = 4096  # loaded and checked public keys kept in memory; about 1 MB
HEADERS_CACHED = 1024  # headers of documents, read once for each key and type; about 300 kB
HEADER_CACHED = 160  # characters of a header that is kept; ours have up to 130

ATTACHED = 8  # documents that travel along with one token
# protocol/ -----------------------------------------------------------------------------------
REFERRAL_DAYS = 400  # a referral's longest life from its `iat`
TOMBSTONE_SKEW = 2 * DAY  # kept beyond `not_after`, so that no late copy outlives it
CONSENT_DAYS = 183  # how long a consent lasts if the person chooses nothing else (R7: 6-12 months)
RENEWAL_ASK_DAYS = 30  # before the end the person is asked whether to renew
DRAFT_DAYS = 30  # an unanswered draft goes after this
STATEMENT_DAYS = 90  # a member statement is renewed at least this often
AUTHORITY_STATEMENT_DAYS = 400  # the root signs the online key about once a year
LISTS_CAUGHT_UP = 100  # lists one refresh fetches on the way to the newest; the next goes on
LIST_DAYS = 7  # an expired list stops everything but closing
AUDIENCE_IDS = 100  # members a consent may name one by one
PAGE_ENTRIES = 80  # entries of one page: 80 x (290 + 260) bytes, in base64, fit a document
AGREEMENTS = 50  # of one alliance; their hashes fit on the first page beside all entries
AGREEMENT_DAYS = 5 * 366  # the longest an agreement runs before it is signed anew
AGREEMENT_VERSIONS = 200  # of one agreement
AGREEMENT_SOON = 30 * DAY  # before an agreement's end the operator is told
AGREEMENT_PARTIES = 80  # members one version names; more join with the next supplement
POLL_MAX = 100  # envelopes in one answer
POLL_WAIT = 50  # seconds a poll may wait; below the minute of common proxies
BLOB_AFTER_CUSTODY = 24 * HOUR
BLOB_DAYS = 14  # a blob nobody fetched
ORPHAN_BLOB = 24 * HOUR  # a blob no disclosure names
BLOBS_PER_MEMBER = 50  # waiting at once
MAIL_HOURS = 24  # a mail, and the address in it, at most
SEALING_KEY_GRACE = 30 * DAY  # a private sealing key lives this long past its window
ERASURE_DEADLINE = 14 * DAY  # unsettled beyond it: no new referrals
SUPPRESSION_DAYS = 400  # an erased application is not imported again this long
KEY_BACKUP_DAYS = 7  # backups of the key table; older ones are unreadable
AGG_HOLD_DAYS = 183  # six months after the rejection was received (§ 15(4) AGG, § 61b ArbGG)
RECEIPT_ITEMS = 200  # items one receipt event may cover
ITEMS_CACHED = 1024  # items of receipts kept in memory while their messages are judged; 1 MB
PARKED_MAX = 1000  # unverifiable events kept for a second try
PARKED_DAYS = 30
BREACH_HOURS = 72  # from knowing of a breach until the authority must know (Art. 33(1) GDPR)
BREACH_AGO = 720  # hours ago somebody may say to have learnt of one; more is a slip of the keys
EVIDENCE_DAYS = 3 * 365  # hashes, consent, closure, manifest and receipts (§ 298 SGB III)
INVITE_CODE_DAYS = 14  # a one-time code to join
INVITE_CODE_ENDS = 3 * DAY  # so long before, an unused one is named: time for a call or a new one

# profile -------------------------------------------------------------------------------------
SKILLS = 12  # more would make a fingerprint
LANGUAGES = 5
STRENGTHS = 5
VOCABULARY_CODE = 41  # characters of a skill's or strength's code; a sentence does not fit
K_ANONYMITY = 5
FEWEST_SHOWN = 5  # a smaller count of persons is never published: it may describe one of them
VOCABULARY_BYTES = 16 * 2**20  # one official list; the largest there is, KldB's own, has 4 MB
VOCABULARY_ROWS = 500_000  # of one list; all occupations by all districts are fewer
VOCABULARY_LISTS = 12  # an alliance names; there are seven, and their hashes fit on a page
VOCABULARY_NOTED = 20  # lines named for each reason; the rest is counted
REASONS_CACHED = (
    8192  # reasons of matches kept in memory; occupations, regions and skills have fewer
)

# text ----------------------------------------------------------------------------------------
SHORT_TEXT = 120  # characters of a job title or a name shown to people
WEB_ADDRESS = 480  # characters of a privacy notice's address
LONG_TEXT = 2000  # characters of a message to a candidate
DOCUMENTS = 10  # documents of one dossier
CV_TEXT = 500  # characters of one field of an imported CV; longer ones are free text, not fields
CV_ELEMENTS = (
    20_000  # elements of an XML file; a Europass file of a long working life has some 2,000
)
CV_DEPTH = 40  # elements within each other; a Europass file has some 12
CV_ENTRIES = 200  # entries of one list of an imported CV
JOB_POSTING = 2**20  # characters of a careers page a vacancy is read from; large ones have half
JOB_OBJECTS = 200  # objects of its JSON-LD looked at; a page describes one vacancy and its firm
TOWNS_ASKED = 12  # of one name that somebody is asked about; of more they type a postcode
SEARCH_KM = 50  # proposed for a search with a place: about an hour's way
AGE_YEARS = 60  # of experience a vacancy may ask for; more is a mistake

CONTACT_REQUESTS_PER_DAY = 50  # of one member; more would harvest (P17)
JOURNAL_LINE = 10 * MESSAGE_BYTES  # one line: a closing token with all that may travel along
BUNDLE_BYTES = 16 * 2**20  # an erasure bundle: lists, receipts and manifests of one referral
STORE_BUSY = 10  # seconds a transaction waits for another process or writer
IN_PLACES = 8  # values of one search written out as places; more travel as one list
LOCK_BUCKETS = 1024  # names are locked by hash: a database server has room for a few thousand locks
STORE_CONNECTIONS = 40  # of one process beyond the first five: one a thread of the HTTP shell
READ_AHEAD = 4  # records of a kind from which on one statement for all is cheaper than one for each
STATEMENTS = 512  # prepared statements a connection keeps
SCRUB_LOCK = 1  # seconds to wait for a table to be written anew; everybody waits behind
SCRUB_REST = 10  # times as long as it took, before PostgreSQL's tables are written anew again
MIGRATION_WAIT = 600  # seconds to wait for another process that migrates

# engines -------------------------------------------------------------------------------------
ERASURE_RESERVE = 2**20  # bytes of the disk kept back for erasing; a log and a few pages fit
RETRY_FIRST = 1 * MINUTE
RETRY_LAST = 6 * HOUR
LEASE_SECONDS = 90
HTTP_TIMEOUT = (5, 65)  # seconds to connect, to read; the second beats POLL_WAIT
FEED_BATCH = 100
APPLY_BATCH = 100  # messages of one grouped commit
PAGE_TRIED = 64 * 1024  # bytes of a page that is only looked at to see whose it is
ANSWER_BYTES = 32 * 2**20  # of a node; a poll's hundred envelopes with what travels along
POST_BYTES = 2**20  # of one posting of events; more go with the next
KEY_DAYS = 2 * 365  # a member's own keys; renewed well before
CLOSINGS_KEPT = 8  # tokens beside the first that close the same; receipts may answer any of them
ERASE_AGAIN = HOUR  # before a node looks again whether what it failed to erase is gone
TRIES_UNTIL_TROUBLE = 5  # of a task, before a person is told that it does not succeed
ZONE_AHEAD = 14 * HOUR  # the time zone whose date is furthest
SYNC_LOOK = 0.5  # seconds between two looks whether the other one that synchronises is done
SYNC_LOOKS = 40  # a round waits ten seconds for news; whoever presses the button waits with it
SYNC_ROUNDS = 1000  # pages and tasks of one synchronisation; the next one goes on

EXAMINE_BYTES = 2**30  # of memory for looking into one document; a large PDF takes a third
EXAMINE_SECONDS = 10  # of computing for it; usual ones take a tenth of a second
EXAMINE_PATIENCE = 30  # seconds it may take on a busy machine, start included
PDF_OBJECTS = 200_000  # of one PDF looked at; a scanned CV has some hundred
RECOMMEND_BYTES = 11 * 2**20  # a form with documents: as base64 they fit into the largest blob

# desk ----------------------------------------------------------------------------------------
CONSENT_MONTHS = 12  # the longest a person may choose at once; never endless (R7)
EXCLUSIONS = 50  # organisations a person may shut out by name
RENEWALS = 5  # consents travel as a chain, which must fit into ATTACHED beside an answer
FORM_BYTES = 64 * 1024  # a form of the desk
FORM_FIELDS = 500  # ticks of a form; more than any list of members offers
RIGHT_AGAIN = 1 * DAY  # the same right, used again within it, is the same wish

# ports ---------------------------------------------------------------------------------------
PERMIT_SECONDS = 5 * MINUTE  # a permit is for now; later the gate is asked again
DISPLAY_HEARD = 30 * MINUTE  # public pages: half of the hour promised, the rest is the page's
FULL_SCAN = 1 * DAY  # how often all is read where a system's filter does not show every change
SEEN_RECORDS = 5000  # runner-ups a cursor remembers; older ones would be handed out again
READING_RECORDS = 200_000  # records of one reading; more means paging that never ends
HOOK_BYTES = 1024 * 1024  # body of a foreign system's hook
HOOK_AGE = 5 * MINUTE  # an older hook is a replay
HOOK_IDS = 1000  # ids of hooks remembered to notice repetition
ITEM_TEXT = 8000  # characters of the body of an item on a website: a page of text
FEED_OLD = 1 * HOUR  # a site that fetches shows nothing of a feed written longer ago
SITE_SHOWN = HOUR  # until a website hides a teaser by itself: the hour promised, if all fails
SITE_STEPS = 200  # items sent to or taken from one website at once; the next sync goes on
SITE_COMPARED = 30 * MINUTE  # how often a site is asked for all of ours; a feed is old in an hour
SITE_RETRY_LAST = 10 * MINUTE  # between calls to a silent website; somebody may still stand there
ITEMS_PUBLISHED = 10_000  # of ours on one website; more means a list that never ends
REST_ANSWER_BYTES = 32 * 2**20  # of an outside system; a dossier's document as base64 fits
REST_TIMEOUT = (5, 30)  # seconds to connect, to wait for the next bytes
REST_SECONDS = 5 * MINUTE  # one answer, however slowly it drips
REST_TRIES = 4  # of one call that may be repeated; then the engine tries again later
REST_BACKOFF = 1  # seconds before the second try, doubling, where the system names no time
REST_WAIT = 5  # seconds after "too many" without a time; vendors count by the second or minute
REST_PATIENCE = 30  # seconds a call waits for another try; longer waits are the engine's
REST_RETRY_AFTER = 1 * DAY  # the longest time a system may ask for; more is a mistake
REST_PAGES = 2000  # pages of one list; more means paging that never ends
REST_REDIRECTS = 3  # of one reading call
TOKEN_MARGIN = 30  # seconds before its end a token is renewed
RECORD_FILE_BYTES = 32 * 2**20  # a profile file; its attachments lie in it as base64
TABLE_BYTES = 50 * 2**20  # a workbook unpacked; some 200,000 rows, far beyond one export
TABLE_EXPANSION = 20  # times a workbook's own size; real ones unpack to 5 to 15 times
TABLE_SMALL = 16 * 2**20  # unpacked bytes that are harmless anyway; OpenDocument repeats much
TABLE_PARTS = 1000  # files within a workbook
TABLE_ROWS = 20_000  # of one export file
TABLE_COLUMNS = 200
TABLE_PROBLEMS = 100  # told of one export file one by one; the rest is counted
DROPPED_MAIL_PARTS = 50  # of a mail laid into a folder
DROPPED_MAIL_DEPTH = 5  # of parts within parts; a forwarded signed mail has three

# host ----------------------------------------------------------------------------------------
HOST_FIRMS = 500  # of one host; each is asked for news once a minute
HOST_OPEN = 40  # firms open at once, some 2 MB each; the others are opened when needed
HOST_THREADS = 8  # that synchronise; a call that hangs ends after HTTP_TIMEOUT
HOST_SYNC = MINUTE  # between two turns of a firm
HOST_SLOW = 20  # seconds; who lasts longer shares half of the threads with others like it
HOST_RETRY_LAST = 10 * MINUTE  # between turns of a firm that fails; an erasure may be owed
PRESENTED_CLASS = 200  # invitations of one list; as many as the node takes a day
PRESENTED_DAYS = 60  # an invitation nobody finished, and what was entered, goes after this
PRESENTED_CV = 5 * 2**20  # bytes of one document; a phone's scan of some pages
PRESENTED_LIST = 2**20  # bytes of an uploaded list of addresses
HEARD_LATE = 2 * DAY  # a member that synchronises each night is not late
HOST_LATE = HOUR  # without a turn that succeeded: withdrawals must arrive within it

# node ----------------------------------------------------------------------------------------
EVENTS_BYTES = 2 * 2**20  # of one posting: POST_BYTES and the largest event; 8 MB halt the others
SWITCH_SECONDS = 0.0005  # one thread keeps the interpreter; a long reading holds nobody up
POLL_BYTES = 4 * 2**20  # envelopes of one answer to a poll; the next one goes on
REQUEST_BYTES = 256 * 1024  # of any other JSON body; a withdrawal with its consents fits
BODY_VALUES = 10_000  # commas of a JSON body; read, a value takes up to a hundred times its bytes
HELD_DECLARED = 8000  # referrals one resynchronising poll may declare; ids of 25 bytes
INVITATIONS_PER_DAY = 200  # of one member
LETTER_ADDRESS = 254  # characters of a mail address (RFC 5321)
LIST_RENEW = 3 * DAY  # a list is renewed when less than this is left
STATEMENT_RENEW = 30 * DAY  # a member statement likewise
ENDS_SOON = 60 * DAY  # what people must renew in time is shown as a warning so long before
ROOT_CHANGES = 8  # of one alliance, ever: a root key lives 30 years, and all travel with each list
FORMER_ONLINE_KEYS = 20  # named in the root's statement, so that everybody knows when they ended
NODE_KEY_DAYS = 5 * 365  # the node's own keys and the authority's online key
HOUSEKEEPING = 1000  # rows of one kind that one turn of the worker takes on
SWEEP = 1 * DAY  # how often what nobody waits for is cleared away
WORKER_LATE = 5 * MINUTE  # without a heartbeat this long the worker counts as dead
HEARTBEAT = 30  # seconds between two signs of life of the worker
STRANGE_CLOSURES = 2000  # ends of referrals the node never saw, taken within an hour
LOG_LINES = 60  # of one kind a minute; the rest is counted
TICK = 5  # seconds between two turns of the worker
BODY_SECONDS = 30  # a request's body must be there by then
BLOBS_AT_ONCE = 4  # bodies of 16 MB held in memory
WAITING_POLLS = 2000  # polls that wait at once; more are answered at once
WAITING_PER_MEMBER = 20  # of them; nobody fills the waiting room
WAKE_PAUSE = 0.02  # seconds between two looks at the feed; commits of a burst share one
LOOK_AGAIN = 2  # seconds; another process may have written to the feed
SHELL_THREADS = 40  # each has a connection to the database
CALLS_AT_ONCE = 1000  # calls that wait for a thread; more are told to come back
GATHERING_THREADS = 2  # one waits for the disk while the other reads what came
GATHERING_PAUSE = (
    0.002  # seconds a call waits for others where there were several; a commit takes more
)
GATHERED_CALLS = 64  # calls answered together; the next ones wait no longer than for these
BODIES_BYTES = 96 * 2**20  # all bodies being received; small ones are always taken
BLOB_SECONDS = 300  # a sealed dossier over a slow line; only members may send one
HEADER_BYTES = 32 * 1024  # a request token, cookies of other services, what proxies add
HEADER_SECONDS = 10  # a request's head must be there by then
DRAIN_SECONDS = 5  # how long the rest of a refused body is read and thrown away
IDLE_SECONDS = 75  # a kept connection; above the minute between two polls
STOP_SECONDS = 10  # running calls may finish this long when the node stops
DISK_FREE = 200 * 2**20  # bytes; with less the node says so
SETTLED_SHOWN = 30 * DAY  # of which the deletion board tells how erasing went
LISTS_SHOWN = 20  # signed member lists on that page, the newest
ERASURES_SHOWN = 100  # of one standing on the deletion board, those due first
ACTS_SHOWN = 100  # lines of the office's record on one page; the next page goes on
MEMBER_SILENT = 3 * DAY  # a member not heard of for so long hears no withdrawal: somebody calls it
DOMAINS = 20  # of one organisation that is invited
PARTNER_PAGES = 20  # pages of one partner's feed read in one turn; the next one goes on
PARTNER_BLOBS = 8  # sealed dossiers fetched for one page; up to 16 MB each
PARTNER_RETRY_LAST = 10 * MINUTE  # between calls to a silent partner; an erasure may be owed to it
PARTNER_SLOW = 1 * HOUR  # between two calls to a partner whose agreement ended long ago
PARTNER_LATE = 1 * HOUR  # without an answer from a partner this long the node says so
PARTNER_SILENT = 6 * HOUR  # a partner that does not call this long hears of no withdrawal here
PARTNER_PAUSE = 1 * DAY  # at most: what ended over there is not heard meanwhile
HEADS_COMPARED = 1 * HOUR  # how often a partner is asked whether it still signs what it signed
DISPUTE_SHOWN = 30 * DAY  # how long the node tells of a partner's changed history; proofs stay
CURSOR_TEXT = 1024  # characters of a partner's cursor; ours have about 200
CONSENTS_CACHED = 4096  # parsed consents kept in memory
PLUGIN_SENTENCE = 300  # characters of a reason or an objection that a plugin words
PLUGIN_REASONS = 5  # of one plugin beside one match; more is not read
PLUGIN_FAILED_SHOWN = 7 * DAY  # how long `doctor` tells of a hook that failed
PLUGIN_FAILED_AGAIN = HOUR  # before the same failure is written down again
ADAPTER_NAME = 32  # characters of a new adapter's name: tables and participants show it
EVENTS_SHOWN = 500  # events one list shows, the newest; a person reads them
FACT_DAYS = 30  # a fact no plugin took is forgotten: it was for convenience
FACTS_BATCH = 200  # facts told in one synchronisation; the next one goes on
OWN_TEXT = 4000  # characters of one text that a plugin words

# login ---------------------------------------------------------------------------------------
SESSION_IDLE = 2 * HOUR  # without a click; a lunch break fits
SESSION_LONGEST = 12 * HOUR  # a working day; then one signs in again, whatever one did
SESSION_TOUCH = MINUTE  # between two notes that somebody is still there: not a write a click
SESSIONS_EACH = 20  # signed-in browsers of one account; the oldest gives way
SIGN_IN_LINK = 10 * MINUTE  # a mailed link (OWASP ASVS 6.5.5); slow mail servers need some
CONSOLE_LINK = HOUR  # a link printed on the console, for whoever sits there
HOST_LINK = 7 * DAY  # the same for a hosted firm: it is handed over in person or by letter
INVITE_LINK = 7 * DAY  # the link that invites to an account; people are on holiday
CEREMONY_SECONDS = 5 * MINUTE  # from asking for a passkey, or leaving for a provider, to the answer
TOKEN_BYTES = 32  # of sessions, links and states: 256 bits nobody guesses
ACCOUNTS_EACH = 500  # of one realm; more is not an office
PASSKEYS_EACH = 10  # of one account
STAFF_NAME = 100  # characters of a person's or passkey's name
SIGN_IN_WINDOW = HOUR  # in which tries are counted
MAILS_PER_ACCOUNT = 5  # sign-in mails to one address within the window
MAILS_PER_BLOCK = 20  # asked for from one block of addresses: an office behind one address
MAILS_IN_ALL = 200  # of one realm: nobody's mail server is used for flooding
TRIES_PER_BLOCK = 30  # failed links, passkeys or answers of a provider from one block
TRIES_IN_ALL = 1000  # of one realm
LOGIN_ACT_DAYS = 400  # how long is kept who gave whom which role: a year and a while
LOGIN_ACTS_SHOWN = 100  # the newest, on the page of accounts
PROVIDER_BYTES = 256 * 1024  # an answer of a sign-in provider; keys and tokens take a few thousand
PROVIDER_KEYS = HOUR  # before a provider's keys are fetched again without need
PROVIDER_TIMEOUT = (5, 10)  # seconds to connect, to wait for the next bytes
