"""A Flask application with its own sign-in; recruiters see the alliance's profiles in it.

Run it: FKS_FOLDER=~/.fachkraft-share APP_SECRET=... APP_PASSWORD=... flask --app app run
"""

import hmac
import os

from flask import Flask, abort, request, session

import fachkraft_share


def create_app() -> Flask:
    """Make the application; Flask's own server and every WSGI server call this."""
    app = Flask(__name__)
    app.secret_key = os.environ["APP_SECRET"]
    exchange = fachkraft_share.init(app, allow=lambda _: session.get("role") == "recruiter")

    @app.post("/sign-in")
    def sign_in() -> dict[str, str]:
        given, wanted = request.form.get("password", ""), os.environ["APP_PASSWORD"]
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            abort(401)
        session["role"] = "recruiter"
        return {"role": "recruiter"}

    @app.get("/")
    def start() -> dict[str, object]:
        if session.get("role") != "recruiter":
            abort(401)
        return {"profiles": len(exchange.member.inbox()), "see": "/fachkraft-share/inbox"}

    return app
