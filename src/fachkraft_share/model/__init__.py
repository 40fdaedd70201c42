"""Frozen values everybody speaks of: organisation, candidate, profile, consent, referral, alliance.

Times are whole seconds since 1970-01-01 UTC (`iat`, `exp` as in RFC 7519); dates are ISO 8601 text.
"""
