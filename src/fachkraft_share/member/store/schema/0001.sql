-- The tables of the record classes, written from them; never changed once released.
CREATE TABLE "account" (
  "referral" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "profile_held" INTEGER NOT NULL,
  "dossier_held" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "said" TEXT NOT NULL,
  PRIMARY KEY ("referral", "scope")
);
CREATE TABLE "announcement" (
  "item" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "link" TEXT NOT NULL,
  "language" TEXT NOT NULL,
  "until" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("item")
);
CREATE TABLE "application_row" (
  "ref" TEXT NOT NULL,
  "application" TEXT NOT NULL,
  "rejected_on" TEXT NOT NULL,
  "hold_until" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "referral" TEXT,
  "erased_at" INTEGER,
  "occupation" TEXT NOT NULL,
  PRIMARY KEY ("ref")
);
CREATE INDEX "ix_application_row_referral" ON "application_row" ("referral");
CREATE INDEX "ix_application_row_application" ON "application_row" ("application");
CREATE TABLE "blob" (
  "sha256" TEXT NOT NULL,
  "sender" TEXT NOT NULL,
  "addressee" TEXT NOT NULL,
  "referral" TEXT NOT NULL,
  "size" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "named" INTEGER NOT NULL,
  "custody_at" INTEGER,
  PRIMARY KEY ("sha256")
);
CREATE INDEX "ix_blob_sender" ON "blob" ("sender");
CREATE INDEX "ix_blob_at" ON "blob" ("at");
CREATE INDEX "ix_blob_referral" ON "blob" ("referral");
CREATE TABLE "blob_content" (
  "sha256" TEXT NOT NULL,
  "content" BLOB NOT NULL,
  PRIMARY KEY ("sha256")
);
CREATE TABLE "closing" (
  "referral" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "closure" TEXT NOT NULL,
  "attached" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "scope", "closure")
);
CREATE TABLE "contact" (
  "referral" TEXT NOT NULL,
  "requester" TEXT NOT NULL,
  "request" TEXT NOT NULL,
  "requested_at" INTEGER NOT NULL,
  "requested_seq" INTEGER NOT NULL,
  "requested" TEXT,
  "presented_seq" INTEGER NOT NULL,
  "job" TEXT,
  "message" TEXT,
  "notice" TEXT,
  "answer_seq" INTEGER NOT NULL,
  "answer" TEXT,
  "answered" TEXT,
  "disclosed_seq" INTEGER NOT NULL,
  "disclosed" TEXT,
  "blob" TEXT,
  "outcome_seq" INTEGER NOT NULL,
  "outcome" TEXT,
  PRIMARY KEY ("referral", "requester", "request")
);
CREATE INDEX "ix_contact_requester_requested_at" ON "contact" ("requester", "requested_at");
CREATE TABLE "counter" (
  "referral" TEXT NOT NULL,
  "value" INTEGER NOT NULL,
  PRIMARY KEY ("referral")
);
CREATE TABLE "custody" (
  "referral" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("referral")
);
CREATE TABLE "displayed" (
  "site" TEXT NOT NULL,
  "item" TEXT NOT NULL,
  "referral" TEXT NOT NULL,
  "ref" TEXT,
  "sent" TEXT NOT NULL,
  "until" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "again_at" INTEGER NOT NULL,
  PRIMARY KEY ("site", "item")
);
CREATE INDEX "ix_displayed_referral" ON "displayed" ("referral");
CREATE TABLE "dossier_row" (
  "referral" TEXT NOT NULL,
  "request" TEXT NOT NULL,
  "nonce" BLOB NOT NULL,
  "ciphertext" BLOB NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "request")
);
CREATE TABLE "due" (
  "referral" TEXT NOT NULL,
  "holder" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "closure" TEXT NOT NULL,
  "since" INTEGER NOT NULL,
  "due" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "holder", "scope")
);
CREATE INDEX "ix_due_holder_due" ON "due" ("holder", "due");
CREATE INDEX "ix_due_due" ON "due" ("due");
CREATE TABLE "exclusion" (
  "referral" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  PRIMARY KEY ("referral", "kind", "value")
);
CREATE TABLE "fact_row" (
  "plugin" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "referral" TEXT,
  "said" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "next_at" INTEGER NOT NULL,
  "tries" INTEGER NOT NULL,
  PRIMARY KEY ("plugin", "id")
);
CREATE INDEX "ix_fact_row_next_at" ON "fact_row" ("next_at");
CREATE TABLE "feed_cursor" (
  "stream" TEXT NOT NULL,
  "cursor" TEXT,
  PRIMARY KEY ("stream")
);
CREATE TABLE "feed_head" (
  "feed" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "head" TEXT NOT NULL,
  PRIMARY KEY ("feed")
);
CREATE TABLE "feed_row" (
  "number" INTEGER PRIMARY KEY,
  "stream" TEXT NOT NULL,
  "to" TEXT NOT NULL,
  "list_number" INTEGER,
  "referral" TEXT,
  "token" TEXT NOT NULL,
  "attached" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "head" TEXT NOT NULL
);
CREATE INDEX "ix_feed_row_to_number" ON "feed_row" ("to", "number");
CREATE INDEX "ix_feed_row_referral" ON "feed_row" ("referral");
CREATE TABLE "filed" (
  "referral" TEXT NOT NULL,
  "adapter" TEXT NOT NULL,
  "ref" TEXT,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "adapter")
);
CREATE TABLE "held" (
  "referral" TEXT NOT NULL,
  "holder" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "served_at" INTEGER NOT NULL,
  "custody_at" INTEGER,
  "via" TEXT,
  PRIMARY KEY ("referral", "holder")
);
CREATE INDEX "ix_held_holder_number" ON "held" ("holder", "number");
CREATE TABLE "invitation" (
  "key_x" TEXT NOT NULL,
  "member" TEXT NOT NULL,
  "ref" TEXT NOT NULL,
  "assurance" TEXT NOT NULL,
  "language" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "referral" TEXT,
  "manage_x" TEXT,
  "used_at" INTEGER,
  "later" INTEGER,
  PRIMARY KEY ("key_x")
);
CREATE INDEX "ix_invitation_manage_x" ON "invitation" ("manage_x");
CREATE INDEX "ix_invitation_at" ON "invitation" ("at");
CREATE INDEX "ix_invitation_member_ref" ON "invitation" ("member", "ref");
CREATE TABLE "lease" (
  "name" TEXT NOT NULL,
  "holder" TEXT NOT NULL,
  "until" INTEGER NOT NULL,
  PRIMARY KEY ("name")
);
CREATE TABLE "login_act" (
  "id" TEXT NOT NULL,
  "realm" TEXT NOT NULL,
  "act" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "about" TEXT NOT NULL,
  "roles" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "ix_login_act_realm_at" ON "login_act" ("realm", "at");
CREATE INDEX "ix_login_act_at" ON "login_act" ("at");
CREATE TABLE "manifest" (
  "referral" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "node" TEXT NOT NULL,
  "page" INTEGER NOT NULL,
  "token" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "scope", "node", "page")
);
CREATE TABLE "match_row" (
  "referral" TEXT NOT NULL,
  "search" TEXT NOT NULL,
  "reasons" TEXT NOT NULL,
  "points" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "search")
);
CREATE INDEX "ix_match_row_search" ON "match_row" ("search");
CREATE TABLE "members" (
  "authority" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "body" TEXT NOT NULL,
  PRIMARY KEY ("authority")
);
CREATE TABLE "outgoing" (
  "token" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "referral" TEXT,
  "attached" TEXT NOT NULL,
  "parts" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "next_at" INTEGER NOT NULL,
  "tries" INTEGER NOT NULL,
  "code" TEXT,
  PRIMARY KEY ("token")
);
CREATE INDEX "ix_outgoing_next_at" ON "outgoing" ("next_at");
CREATE INDEX "ix_outgoing_referral" ON "outgoing" ("referral");
CREATE TABLE "parked" (
  "sha256" TEXT NOT NULL,
  "stream" TEXT NOT NULL,
  "referral" TEXT,
  "token" TEXT NOT NULL,
  "attached" TEXT NOT NULL,
  "parts" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "next_at" INTEGER NOT NULL,
  "tries" INTEGER NOT NULL,
  PRIMARY KEY ("sha256")
);
CREATE INDEX "ix_parked_next_at" ON "parked" ("next_at");
CREATE INDEX "ix_parked_referral" ON "parked" ("referral");
CREATE INDEX "ix_parked_at" ON "parked" ("at");
CREATE TABLE "part" (
  "referral" TEXT NOT NULL,
  "category" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  PRIMARY KEY ("referral", "category")
);
CREATE TABLE "participant" (
  "name" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("name")
);
CREATE TABLE "person_request" (
  "referral" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "jti" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "done_at" INTEGER,
  "categories" TEXT NOT NULL,
  PRIMARY KEY ("referral", "kind", "jti")
);
CREATE TABLE "proposal_row" (
  "adapter" TEXT NOT NULL,
  "application" TEXT NOT NULL,
  "rejected_on" TEXT,
  "vault" TEXT NOT NULL,
  "nonce" BLOB NOT NULL,
  "ciphertext" BLOB NOT NULL,
  "at" INTEGER NOT NULL,
  "until" INTEGER NOT NULL,
  PRIMARY KEY ("adapter", "application")
);
CREATE INDEX "ix_proposal_row_until" ON "proposal_row" ("until");
CREATE TABLE "reading" (
  "adapter" TEXT NOT NULL,
  "cursor" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("adapter")
);
CREATE TABLE "receipt" (
  "referral" TEXT NOT NULL,
  "holder" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "token" TEXT NOT NULL,
  "part" TEXT NOT NULL,
  "settled" INTEGER NOT NULL,
  "alarm" TEXT,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "holder", "scope")
);
CREATE INDEX "ix_receipt_settled_at" ON "receipt" ("settled", "at");
CREATE INDEX "ix_receipt_token" ON "receipt" ("token");
CREATE TABLE "referral" (
  "id" TEXT NOT NULL,
  "origin" TEXT NOT NULL,
  "key_x" TEXT NOT NULL,
  "nonce" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "envelope" TEXT NOT NULL,
  "not_after" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "consent" TEXT,
  "consent_exp" INTEGER,
  "home" TEXT,
  PRIMARY KEY ("id")
);
CREATE INDEX "ix_referral_state_not_after" ON "referral" ("state", "not_after");
CREATE INDEX "ix_referral_origin" ON "referral" ("origin");
CREATE TABLE "search_row" (
  "id" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("id")
);
CREATE TABLE "seen" (
  "iss" TEXT NOT NULL,
  "jti" TEXT NOT NULL,
  "sha256" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "other" TEXT,
  PRIMARY KEY ("iss", "jti")
);
CREATE INDEX "ix_seen_at" ON "seen" ("at");
CREATE TABLE "sign_in_ceremony" (
  "sha256" TEXT NOT NULL,
  "realm" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "account" TEXT NOT NULL,
  "secret" TEXT NOT NULL,
  "browser" TEXT NOT NULL,
  "back" TEXT NOT NULL,
  "ends" INTEGER NOT NULL,
  PRIMARY KEY ("sha256")
);
CREATE INDEX "ix_sign_in_ceremony_ends" ON "sign_in_ceremony" ("ends");
CREATE TABLE "sign_in_link" (
  "sha256" TEXT NOT NULL,
  "realm" TEXT NOT NULL,
  "account" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "back" TEXT NOT NULL,
  "ends" INTEGER NOT NULL,
  PRIMARY KEY ("sha256")
);
CREATE INDEX "ix_sign_in_link_account" ON "sign_in_link" ("account");
CREATE INDEX "ix_sign_in_link_ends" ON "sign_in_link" ("ends");
CREATE TABLE "sign_in_tries" (
  "bucket" TEXT NOT NULL,
  "since" INTEGER NOT NULL,
  "count" INTEGER NOT NULL,
  PRIMARY KEY ("bucket")
);
CREATE INDEX "ix_sign_in_tries_since" ON "sign_in_tries" ("since");
CREATE TABLE "staff_account" (
  "id" TEXT NOT NULL,
  "realm" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "mail" TEXT NOT NULL,
  "roles" TEXT NOT NULL,
  "language" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "locked" INTEGER NOT NULL,
  "seen" INTEGER NOT NULL,
  "subject" TEXT NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "ix_staff_account_realm_mail" ON "staff_account" ("realm", "mail");
CREATE INDEX "ix_staff_account_realm_subject" ON "staff_account" ("realm", "subject");
CREATE TABLE "staff_passkey" (
  "id" TEXT NOT NULL,
  "account" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "public" BLOB NOT NULL,
  "count" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "used" INTEGER NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "ix_staff_passkey_account" ON "staff_passkey" ("account");
CREATE TABLE "staff_session" (
  "sha256" TEXT NOT NULL,
  "account" TEXT NOT NULL,
  "realm" TEXT NOT NULL,
  "way" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "seen" INTEGER NOT NULL,
  "ends" INTEGER NOT NULL,
  PRIMARY KEY ("sha256")
);
CREATE INDEX "ix_staff_session_account" ON "staff_session" ("account");
CREATE INDEX "ix_staff_session_ends" ON "staff_session" ("ends");
CREATE TABLE "standing" (
  "name" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("name")
);
CREATE TABLE "suppressed" (
  "hash" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "until" INTEGER NOT NULL,
  PRIMARY KEY ("hash")
);
CREATE INDEX "ix_suppressed_until" ON "suppressed" ("until");
CREATE TABLE "task" (
  "kind" TEXT NOT NULL,
  "about" TEXT NOT NULL,
  "next_at" INTEGER NOT NULL,
  "tries" INTEGER NOT NULL,
  "note" TEXT,
  PRIMARY KEY ("kind", "about")
);
CREATE INDEX "ix_task_next_at" ON "task" ("next_at");
CREATE TABLE "token" (
  "sha256" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "iss" TEXT NOT NULL,
  "referral" TEXT,
  "personal" INTEGER NOT NULL,
  "body" TEXT,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("sha256")
);
CREATE INDEX "ix_token_referral" ON "token" ("referral");
CREATE TABLE "tombstone" (
  "referral" TEXT NOT NULL,
  "scope" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "closure" TEXT NOT NULL,
  "attached" TEXT NOT NULL,
  "closed_at" INTEGER NOT NULL,
  "keep_until" INTEGER NOT NULL,
  PRIMARY KEY ("referral", "scope")
);
CREATE INDEX "ix_tombstone_keep_until" ON "tombstone" ("keep_until");
CREATE INDEX "ix_tombstone_closed_at" ON "tombstone" ("closed_at");
CREATE TABLE "trouble" (
  "kind" TEXT NOT NULL,
  "about" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  PRIMARY KEY ("kind", "about")
);
