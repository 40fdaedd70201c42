"""WordPress as a website, through the plugin `fachkraft-share.php`."""

from fachkraft_share_wordpress.adapter import WordPressAdapter

__all__ = ["WordPressAdapter"]
