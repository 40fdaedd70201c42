"""Clears away what is over; done on the way of a sign-in, so that no worker is needed."""

from fachkraft_share import limits
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login.realm import Realm
from fachkraft_share.web.login.records import (
    LoginAct,
    SignInCeremony,
    SignInLink,
    SignInTries,
    StaffSession,
)


def sweep(realm: Realm, transaction: Transaction) -> None:
    """Delete links, sessions, tries and acts whose time is over."""
    at, most = realm.now(), limits.HOUSEKEEPING
    old = at - limits.LOGIN_ACT_DAYS * limits.DAY
    idle = at - limits.SIGN_IN_WINDOW
    for link in transaction.every(SignInLink, until=("ends", at), limit=most):
        transaction.drop(SignInLink, link.sha256)
    for session in transaction.every(StaffSession, until=("ends", at), limit=most):
        transaction.drop(StaffSession, session.sha256)
    for ceremony in transaction.every(SignInCeremony, until=("ends", at), limit=most):
        transaction.drop(SignInCeremony, ceremony.sha256)
    for tries in transaction.every(SignInTries, until=("since", idle), limit=most):
        transaction.drop(SignInTries, tries.bucket)
    for act in transaction.every(LoginAct, until=("at", old), limit=most):
        transaction.drop(LoginAct, act.id)
