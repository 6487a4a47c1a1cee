"""A folder behind a web server: one that gives parts of files and keeps what it was asked for, or one that does not."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["WebFolder", "web_folder"]

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


@dataclass
class WebFolder:
    """Where it is, and which files were asked for, each with how many bytes of it were sent."""

    url: str = ""
    asked: list[tuple[str, int]] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    """Paths that it has no answer to at the moment."""

    def sent(self, name: str) -> int:
        """Bytes of the file that were sent."""
        return sum(size for path, size in self.asked if path.endswith(name))


class _Whole(SimpleHTTPRequestHandler):
    def log_message(self, *_values: Any) -> None:
        """Says nothing."""


class _Ranges(_Whole):
    def __init__(self, *arguments: Any, told: WebFolder, **named: Any) -> None:
        self._told = told
        super().__init__(*arguments, **named)

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if self.path in self._told.away or not path.is_file():
            self._told.asked.append((self.path, 0))
            self.send_error(503 if path.is_file() else 404)
            return
        data = path.read_bytes()
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        part = data[int(asked[1]) : int(asked[2]) + 1] if asked else data
        self._told.asked.append((self.path, len(part)))
        self.send_response(206 if asked else 200)
        if asked:
            begin = int(asked[1])
            self.send_header("Content-Range", f"bytes {begin}-{begin + len(part) - 1}/{len(data)}")
        self.send_header("Content-Encoding", "gzip")  # as some servers say of every .gz
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)


@contextmanager
def web_folder(folder: Path, *, ranges: bool = True) -> Iterator[WebFolder]:
    """The folder, served on loopback for as long as the context lasts."""
    told = WebFolder()
    handler = partial(_Ranges, directory=str(folder), told=told) if ranges else partial(_Whole, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        told.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield told
        server.shutdown()
