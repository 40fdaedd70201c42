"""Clean a Plone site of what it keeps of deleted pages: words of the search, old copies.

Run it with the site's own Python, by hand or on a schedule, while the site is stopped or, with ZEO
or RelStorage, as one more client:

    bin/zconsole run etc/zope.conf clean.py SITE

Nothing that was deleted or changed before can be undone afterwards.
"""

import shutil
import sys
from pathlib import Path

import transaction


def clean(app, site):
    """Build the search's list of words anew, pack the database, remove the pack's old copies."""
    catalog = app[site].portal_catalog
    for one in catalog.objectValues():
        if "Lexicon" in one.meta_type:
            one.clear()
    texts = [one.id for one in catalog.getIndexObjects() if one.meta_type == "ZCTextIndex"]
    catalog.manage_clearIndex(texts)
    catalog.reindexIndex(tuple(texts), app.REQUEST)
    transaction.commit()
    database = app._p_jar.db()
    database.pack()
    _remove_old(database.storage)


def _remove_old(storage):
    if type(storage).__name__ != "FileStorage":
        return  # its server keeps them, or it keeps none
    Path(f"{storage.getName()}.old").unlink(missing_ok=True)
    if storage.blob_dir:
        shutil.rmtree(f"{storage.blob_dir.rstrip('/')}.old", ignore_errors=True)


if "app" in globals():  # zconsole says what it is
    clean(app, sys.argv[-1])  # noqa: F821
