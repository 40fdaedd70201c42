"""Stands before Plone in the tests' site, in Plone's own process: trouble, and a look behind it.

`FOLDER/trouble` holds what a test wants the site to answer instead: status, Retry-After, method,
and how many calls pass before. Addresses below `/fks-probe` reach the object database.
"""

import json
import sys
import threading
from pathlib import Path

_LOCK = threading.Lock()


def make(app, global_conf, folder, cleaning):
    """Return the filter as zope.ini asks for it."""
    sys.path.insert(0, cleaning)
    return Trouble(app, Path(folder))


class Trouble:
    """The filter."""

    def __init__(self, app, folder):
        self.app, self.folder = app, folder

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path.startswith("/fks-probe/"):
            asked = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            answer = json.dumps(_probe(path, json.loads(asked))).encode()
            start_response("200 OK", [("Content-Type", "application/json")])
            return [answer]
        trouble = self._trouble(environ["REQUEST_METHOD"])
        if trouble is None:
            return self.app(environ, start_response)
        status, after = trouble
        headers = [("Content-Type", "text/html")]
        if after is not None:
            headers.append(("Retry-After", str(after)))
        start_response(f"{status} Trouble", headers)
        return [b"<p>qzxprivate nonsense"]

    def _trouble(self, method):
        file, count = self.folder / "trouble", self.folder / "calls"
        with _LOCK:
            if not file.exists():
                return None
            status, after, only, calls = json.loads(file.read_text())
            with count.open("a") as counted:
                counted.write(".")
            if count.stat().st_size <= calls or (only and only != method):
                return None
            return status, after


def _probe(path, query):
    import Zope2
    from clean import clean

    app = Zope2.app()
    try:
        if path == "/fks-probe/clean":
            clean(app, "fks")
            return None
        catalog = app.fks.portal_catalog
        lexicons = [one for one in catalog.objectValues() if "Lexicon" in one.meta_type]
        words = {word for one in lexicons for word in one.words()}
        return sorted(word for word in words if query["word"] in word)
    finally:
        app._p_jar.close()
