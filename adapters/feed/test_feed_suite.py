"""The shared suite on a folder served by a real web server."""

from fachkraft_share.testing.cms_suite import CmsAdapterSuite


class TestFeed(CmsAdapterSuite):
    """Every rule; the harness is in conftest."""
