"""Odoo 17, 18 and 19 with its Recruitment app as an applicant-tracking system."""

from fachkraft_share_odoo.adapter import OdooAdapter

__all__ = ["OdooAdapter"]
