"""The newsroom's pages served by nginx on its own ports: then whoever downloads them is the limit, and not Python.

Debian's package `nginx-light` will do. Bodies lie in files, beside each its gzip, so that nothing is compressed twice.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from examples.newsroom import Newsroom
from examples.newsroom.page import Page

__all__ = ["find_nginx", "served"]

_MAIN = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types {{ }} gzip_static on; gzip_vary on;
  server_names_hash_bucket_size 128; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{servers}
}}
"""
_TRIES = 100


def find_nginx() -> str | None:
    """The program; None where there is none."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def served(room: Newsroom, nginx: str) -> Iterator[None]:
    """Takes over from a newsroom that has begun to answer; the room's addresses stay the same."""
    folder = room.folder / "nginx"
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(_configuration(room, folder))
    room.stop_answering()
    process = subprocess.Popen([nginx, "-c", str(conf), "-e", str(folder / "error.log")])
    try:
        _wait(room.base(next(iter(room.outlets))), process)
        yield
    finally:
        process.terminate()
        process.wait()


def _configuration(room: Newsroom, folder: Path) -> str:
    servers = []
    for name, presses in room.outlets.items():
        port = room.base(name).rpartition(":")[2]
        pages = [(path, presses.find(path)) for path in presses.paths()]
        places = [_location(path, page, folder, f"{name}-{n}") for n, (path, page) in enumerate(pages)]
        servers.append(f"  server {{ listen 127.0.0.1:{port} backlog=1024;\n{''.join(places)}  }}")
    user = "user root;" if os.geteuid() == 0 else ""
    return _MAIN.format(folder=folder, user=user, servers="\n".join(servers))


def _location(path: str, page: object, folder: Path, name: str) -> str:
    """What answers at a path, with its body in a file; nothing for what only Python can answer, and for errors."""
    if not isinstance(page, Page):
        return ""
    headers = dict(page.headers)
    if to := headers.pop("Location", None):
        return f"    location = {_quoted(path)} {{ return {page.status} {_quoted(to)}; }}\n"
    if page.status != 200:
        return ""
    file = folder / name
    file.write_bytes(page.body)
    written = [file]
    if page.compressible:
        written.append(folder / f"{name}.gz")
        written[-1].write_bytes(page.gzipped)
    if page.modified:
        for each in written:
            os.utime(each, (page.modified.timestamp(), page.modified.timestamp()))
    added = "".join(f" add_header {_quoted(key)} {_quoted(value)};" for key, value in headers.items())
    kind = _quoted(page.content_type)
    return f"    location = {_quoted(path)} {{ alias {file}; default_type {kind};{added} }}\n"


def _quoted(text: str) -> str:
    if "$" in text:
        raise SystemExit(f"{text!r} means a variable to nginx.")
    return json.dumps(text, ensure_ascii=False)


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        if process.poll() is not None:
            raise SystemExit(f"nginx ended with status {process.returncode}: its error.log is gone with the newsroom.")
        try:
            with urlopen(f"{base}/robots.txt"):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise SystemExit("nginx does not answer.")
