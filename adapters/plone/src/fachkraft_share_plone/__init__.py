"""Plone as a website, through plone.restapi."""

from fachkraft_share_plone.adapter import PloneAdapter

__all__ = ["PloneAdapter"]
