"""What the files of deploy/ say: the commands in them, their settings, what they copy."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = DEPLOY / "Containerfile"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
MANIFEST_FILES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
MANIFESTS: list[dict[str, Any]] = [
    each for path in MANIFEST_FILES for each in yaml.safe_load_all(path.read_text("utf-8"))
]
JOB_TEMPLATE: dict[str, Any] = json.loads((DEPLOY / "kubernetes" / "job-template.json").read_text("utf-8"))
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix in {".service", ".timer"})

_SETTING = re.compile(r"\b(?:AWS|BROADTAPE|PREFECT)_[A-Z0-9_]+")


def texts() -> dict[str, str]:
    """Every file, without its comments."""
    found = {}
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file():
            lines = path.read_text("utf-8").splitlines()
            found[path.relative_to(DEPLOY).as_posix()] = "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in lines)
    return found


def settings() -> dict[str, set[str]]:
    """The variables that each file sets or names; a file's content stands for `NAME` where it says `NAME_FILE`."""
    own = {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "PREFECT_API_SSL_CERT_FILE"}
    found = {}
    for name, text in texts().items():
        if name not in {"with-secrets", "README.md"}:
            # What the template's variables say of themselves is Prefect's own text.
            text = str(JOB_TEMPLATE["job_configuration"]) if name.endswith("job-template.json") else text
            told = set(_SETTING.findall(text))
            found[name] = {each if each in own else each.removesuffix("_FILE") for each in told}
    return found


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command that a file starts: where, and its words, the program first."""
    for name, service in COMPOSE["services"].items():
        if "command" in service and "image" in service and service["image"] == "broadtape":
            yield f"compose, {name}", [str(word) for word in service["command"]]
    for manifest in MANIFESTS:
        for container in containers(manifest):
            yield f"kubernetes, {container['name']}", container["args"]
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.*)$", unit.read_text("utf-8"), re.MULTILINE):
            words = shlex.split(line)
            yield unit.name, [Path(words[0]).name, *words[1:]]


def containers(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The containers of a manifest's pods."""
    spec = manifest.get("spec", {})
    for name in ("jobTemplate", "template"):
        while name in spec:
            spec = spec[name]["spec"]
    return list(spec.get("containers", []))


def copied() -> list[tuple[list[str], str]]:
    """What the image's first stage copies from the checkout, and whereto below its working folder."""
    stage = CONTAINERFILE.read_text("utf-8").partition("FROM")[2].partition("\nFROM")[0]
    found = []
    for line in re.findall(r"^COPY (.*)$", stage, re.MULTILINE):
        *sources, target = line.split()
        found.append((sources, target))
    return found
