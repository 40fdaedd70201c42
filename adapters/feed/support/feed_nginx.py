"""A real nginx that serves a folder exactly as the documentation says, and never as root."""

import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import attrs

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
PAGE = Path(__file__).parents[3] / "docs" / "adapters" / "feed.md"
MAIN = """
daemon off; pid {here}/nginx.pid; error_log {here}/error.log;
events {{ worker_connections 128; }}
http {{
  access_log off; default_type application/octet-stream;
  client_body_temp_path {here}/b; proxy_temp_path {here}/p; fastcgi_temp_path {here}/f;
  uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
  server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""


@attrs.frozen
class Nginx:
    """Where it answers."""

    url: str


def block(language):
    """Return the documentation's block of this language."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    return found


@contextmanager
def nginx(folder):
    """Serve the folder for the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    location = block("nginx").replace("/srv/alliance/", f"{folder}/")
    with tempfile.TemporaryDirectory() as here:
        conf = Path(here) / "nginx.conf"
        conf.write_text(MAIN.format(here=here, port=port, location=location))
        running = subprocess.Popen([NGINX, "-p", here, "-e", f"{here}/error.log", "-c", str(conf)])
        try:
            _wait(port)
            yield Nginx(f"http://127.0.0.1:{port}/alliance")
        finally:
            running.terminate()
            running.wait(timeout=10)


def _wait(port):
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError("nginx does not start")
