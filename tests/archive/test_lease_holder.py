"""What a process of this machine held is free once it has ended; not where it lives, or cannot be seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broadtape.archive import Archive
from broadtape.archive.claims import claims
from broadtape.archive.lease_holder import is_gone, this_process
from broadtape.errors import LeaseHeld

pytestmark = pytest.mark.skipif(not this_process(), reason="the system does not tell what names a process")

KILLED = """
import os, signal, sys
from broadtape.archive import Archive
Archive.open(sys.argv[1]).lease("wire", run="killed")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_held_is_free_at_once(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    subprocess.run([sys.executable, "-c", KILLED, archive.uri], check=False, timeout=60)
    (left,) = claims(archive.objects)
    assert (left.run, left.released, left.abandoned) == ("killed", False, True)

    with archive.lease("wire", run="next") as lease:
        assert lease.epoch == left.epoch + 1
        with pytest.raises(LeaseHeld, match="run next"):
            archive.lease("wire", run="another")


def test_a_process_that_has_ended_is_gone_though_its_parent_has_not_asked() -> None:
    told = "import sys; from broadtape.archive.lease_holder import this_process; print(this_process(), flush=True)"
    with subprocess.Popen([sys.executable, "-c", told], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        child.stdout.read()  # until it has ended
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_gone(name)
    assert is_gone(name)


def test_what_cannot_be_known_is_not_gone() -> None:
    name = this_process()
    boot, space, number, started = name.split(":")
    assert not is_gone(name)
    assert not is_gone(f"another-boot:{space}:{number}:1")
    assert not is_gone(f"{boot}:1:{number}:1")
    assert is_gone(f"{boot}:{space}:{number}:{int(started) + 1}"), "its number is another process's now"
    for strange in ("", "::", "a:b:c", f"{boot}:{space}:no number:1", f"{boot}:{space}:{10**30}:1"):
        assert not is_gone(strange)
