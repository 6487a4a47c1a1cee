"""The files of deploy/ fit the programs that they start, and each other."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from broadtape.settings import Settings
from broadtape.work_settings import Work
from tests.deploy.deploy_files import (
    COMPOSE,
    CONTAINERFILE,
    DEPLOY,
    JOB_TEMPLATE,
    MANIFEST_FILES,
    MANIFESTS,
    ROOT,
    UNITS,
    commands,
    containers,
    copied,
    settings,
    texts,
)
from tests.docs.pages import parse

OURS = [(where, words[1:]) for where, words in commands() if words[0] == "broadtape"]
PREFECTS = [(where, words[1:]) for where, words in commands() if words[0] == "prefect"]
DASKS = [(where, words[1:]) for where, words in commands() if words[0] == "dask"]


def test_there_are_commands_in_every_setup() -> None:
    assert {where.partition(",")[0] for where, _ in [*OURS, *PREFECTS]} >= {"compose", "kubernetes"}
    started = {where for where, _ in [*OURS, *DASKS] if "." in where}
    assert {unit.name for unit in UNITS if unit.suffix == ".service"} == started


@pytest.mark.parametrize(("where", "words"), OURS, ids=[where for where, _ in OURS])
def test_our_commands_parse(where: str, words: list[str]) -> None:
    try:
        parse([re.sub(r"^\$[({](\w+)[)}]$", "/place", word) for word in words])
    except click.UsageError as error:
        pytest.fail(f"{where}: broadtape {' '.join(words)}: {error.format_message()}")


@pytest.mark.parametrize(("where", "words"), DASKS, ids=[where for where, _ in DASKS])
def test_dasks_commands_parse_and_its_workers_may_start_processes(where: str, words: list[str]) -> None:
    kind, *rest = words
    main = import_module(f"distributed.cli.dask_{kind}").main
    try:
        asked = main.make_context(kind, [re.sub(r"^\$\{(\w+)\}$", "here", word) for word in rest]).params
    except click.UsageError as error:
        pytest.fail(f"{where}: dask {' '.join(words)}: {error.format_message()}")
    assert not asked["dashboard"]
    assert kind == "scheduler" or not asked["nanny"]


@pytest.mark.slow
def test_prefects_commands_have_these_options() -> None:
    told: dict[str, str] = {}
    for where, words in PREFECTS:
        name = " ".join(words[: next(n for n, word in enumerate(words) if word.startswith("-"))])
        if name not in told:
            shown = [sys.executable, "-m", "prefect", *name.split(), "--help"]
            told[name] = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
        for option in (word for word in words if word.startswith("--")):
            assert option in told[name], f"{where}: prefect {name} has no {option}."


@pytest.mark.parametrize(("name", "named"), settings().items(), ids=list(settings()))
def test_every_setting_is_one(name: str, named: set[str]) -> None:
    ours = {f"BROADTAPE_{key.upper()}" for key in Settings.model_fields}
    prefects = prefect_settings()
    for each in sorted(named):
        if each.startswith("BROADTAPE_"):
            key, _, part = each.partition("__")
            assert key in ours, f"{name}: there is no setting {each}."
            assert not part or part.lower() in Work.model_fields, f"{name}: there is no setting {each}."
        elif each.startswith("PREFECT_") and each != "PREFECT_PAGES":  # compose's own
            assert each in prefects, f"{name}: Prefect has no setting {each}."
        elif each.startswith("AWS_"):
            assert each in {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"}, name


@functools.cache
def prefect_settings() -> frozenset[str]:
    """Every variable that Prefect reads, asked of it in a process of its own: it reads its settings when imported."""
    program = "from prefect.settings import legacy, Settings; print(*legacy._get_valid_setting_names(Settings))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


def test_compose_uses_what_it_has() -> None:
    services, given = COMPOSE["services"], {kind: set(COMPOSE[kind]) for kind in ("secrets", "volumes")}
    used: dict[str, set[str]] = {"secrets": set(), "volumes": set()}
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= set(services), name
        used["secrets"] |= set(service.get("secrets", ()))
        used["volumes"] |= {volume.partition(":")[0] for volume in service.get("volumes", ())}
        files = {v for k, v in (service.get("environment") or {}).items() if str(k).endswith("_FILE")}
        assert files <= {f"/run/secrets/{secret}" for secret in service.get("secrets", ())}, name
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), f"{name} is open to others."
    assert used == given
    assert all(file["file"].startswith("secrets/") for file in COMPOSE["secrets"].values())
    workers = [name for name, service in services.items() if service.get("command", ())[:2] == ["broadtape", "worker"]]
    assert len(workers) == 2
    for name in workers:  # a killed run's spool comes back to the container of its name
        assert services[name]["hostname"] == name or services[name]["hostname"].startswith(name)
        assert any(volume.endswith(":/var/lib/broadtape") for volume in services[name]["volumes"])


def test_the_manifests_use_what_they_have() -> None:
    named = {(each["kind"], each["metadata"]["name"]) for each in MANIFESTS}
    assert all(each["metadata"].get("namespace", "broadtape") == "broadtape" for each in MANIFESTS)
    for manifest in MANIFESTS:
        for container in containers(manifest):
            for source in container.get("envFrom", ()):
                assert ("ConfigMap", source["configMapRef"]["name"]) in named
            assert container["image"] == "broadtape:latest" or "prefect:3.8.8-" in container["image"]
    pod = JOB_TEMPLATE["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
    (claim,) = [v["persistentVolumeClaim"]["claimName"] for v in pod["volumes"] if "persistentVolumeClaim" in v]
    assert ("PersistentVolumeClaim", claim) in named
    assert ("ConfigMap", pod["containers"][0]["envFrom"][0]["configMapRef"]["name"]) in named
    assert {m["name"] for m in pod["containers"][0]["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_the_template_of_jobs_asks_for_what_it_declares() -> None:
    asked = set(re.findall(r"\{\{ (\w+) \}\}", str(JOB_TEMPLATE["job_configuration"])))
    assert asked == set(JOB_TEMPLATE["variables"]["properties"])


def test_prefect_is_the_release_that_is_pinned() -> None:
    pinned = re.search(r'"prefect==(.*)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert pinned
    assert f"prefecthq/prefect:{pinned[1]}-" in (DEPLOY / "kubernetes" / "broadtape.yaml").read_text("utf-8")


def test_the_image_has_no_secret_and_its_user_no_rights() -> None:
    lines = CONTAINERFILE.read_text("utf-8").splitlines()
    assert "USER 10001:10001" in lines
    assert not [line for line in lines if line.startswith(("ADD", "ARG"))]
    for name, text in texts().items():
        assert not re.search(r"(PASSWORD|SECRET_ACCESS_KEY|AUTH_STRING)[:=] *[^\s{/$\"]", text), name


def test_the_engine_gets_what_the_image_is_made_of_and_no_more() -> None:
    given = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    wanted = {source for sources, _ in copied() for source in sources} | {"deploy/with-secrets"}
    assert all((ROOT / name).exists() for name in given)
    assert {name for name in wanted if not any(name == each or name.startswith(f"{each}/") for each in given)} == set()
    assert given - {"requirements"} <= wanted


BIN = Path(sys.executable).parent


@pytest.mark.skipif(not (BIN / "hadolint").exists(), reason="hadolint has no build for this machine")
def test_the_containerfile_lints() -> None:
    check(BIN / "hadolint", CONTAINERFILE)


def test_the_compose_file_keeps_to_its_schema() -> None:
    check(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


@pytest.mark.parametrize("release", ["1.30", "1.37"])
def test_the_manifests_keep_to_the_schemas_of_kubernetes(release: str) -> None:
    check(BIN / "kubernetes-validate", "--strict", "-k", release, *MANIFEST_FILES)


def check(*words: object) -> None:
    """Runs a program that checks a file and must find nothing."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_the_units_are_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = re.sub(r"/srv/broadtape/\.venv/bin/(broadtape|dask)", "/bin/true", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(text)
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "broadtape" in line] == []


def environment(**more: str) -> dict[str, str]:
    return {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", **more}


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "words").write_text('crawler:it\'s "$HOME" & `more`\n')
    asked = environment(
        PREFECT_API_AUTH_STRING_FILE=str(tmp_path / "words"),
        AWS_SHARED_CREDENTIALS_FILE="/nowhere",
        OTHER_FILE="/nowhere",
    )
    shown = ["sh", str(DEPLOY / "with-secrets"), "env"]
    told = subprocess.run(shown, env=asked, capture_output=True, text=True, check=True).stdout.splitlines()
    assert 'PREFECT_API_AUTH_STRING=crawler:it\'s "$HOME" & `more`' in told
    assert "AWS_SHARED_CREDENTIALS_FILE=/nowhere" in told
    assert not [line for line in told if line.startswith("PREFECT_API_AUTH_STRING_FILE")]
    missing = environment(BROADTAPE_CONTACT_FILE="/nowhere")
    done = subprocess.run(shown, env=missing, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "BROADTAPE_CONTACT_FILE names /nowhere" in done.stderr


@functools.cache
def as_plain_user() -> dict[str, Any]:
    """A user without rights, where this process may become one, and Python lies where such a user may start it."""
    nobody: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}
    if os.getuid() != 0:
        return {}
    try:
        done = subprocess.run([sys.executable, "-c", "import broadtape"], check=False, capture_output=True, **nobody)
    except PermissionError:
        return {}
    return nobody if done.returncode == 0 else {}


@pytest.fixture
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image has of the checkout, and a place for its user's own, in an empty root."""
    root = tmp_path_factory.mktemp("image")
    srv = root / "srv"
    for sources, target in copied():
        for source in sources:
            place = srv / target / Path(source).name if target.endswith("/") else srv / target
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, place)
    (root / "home").mkdir()
    for folder in (root, *root.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o111)
    (root / "home").chmod(0o777)
    return root


@pytest.mark.slow
def test_a_plain_user_runs_the_commands_in_what_the_image_has(image: Path) -> None:
    home = image / "home"
    asked = environment(
        HOME=str(home),
        PYTHONPATH=str(image / "srv"),
        PYTHONDONTWRITEBYTECODE="1",
        BROADTAPE_CONFIG=str(image / "srv" / "config"),
        BROADTAPE_SPOOL=str(home / "spool"),
        BROADTAPE_ARCHIVE=str(home / "archive"),
        PREFECT_HOME=str(home / "prefect"),
        PREFECT_API_URL="http://127.0.0.1:9/api",
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(DEPLOY / "with-secrets"), sys.executable, "-m", "broadtape", *words]
        return subprocess.run(
            command, env=asked, cwd=image / "srv", capture_output=True, text=True, check=False, **as_plain_user()
        )

    listed = run("sites", "list")
    assert listed.returncode == 0, listed.stderr
    assert "ecb" in listed.stdout
    worker = run("worker")
    assert "does not answer" in worker.stderr, worker.stderr
    assert worker.returncode == 1
    imported = "import flows.pool_deployments, spiders.crawl, broadtape.web, sys; print(flows.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", imported], env=asked, cwd=image / "srv", capture_output=True, text=True, check=False,
        **as_plain_user(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(image))
