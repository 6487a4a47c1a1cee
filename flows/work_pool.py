"""The flows on a work pool: deployed as the outlets' files say, and cleared of what these no longer say.

`prefect deploy` leaves schedules that left its file: an outlet that has moved to another cron is polled twice, and one
that was disabled fails each run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    FlowFilter,
    FlowFilterName,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.utilities.callables import parameter_schema

from broadtape.site.outlets import Outlets
from flows.archive_news import archive_news
from flows.late_runs import drop_late_runs
from flows.pool_deployments import NAME, PoolDeployment, pool_deployments
from flows.zombies import SIGNS_OF_LIFE, watch_for_zombies

__all__ = ["Deployed", "deploy"]

_PAGE = 200


@dataclass(slots=True)
class Deployed:
    """What lies on a pool now, and what was cleared."""

    pool: str
    pool_made: bool = False
    schedules: dict[str, list[str]] = field(default_factory=dict)
    """Deployment → its crons."""
    removed_schedules: list[str] = field(default_factory=list)
    removed_deployments: list[str] = field(default_factory=list)
    late_dropped: int = 0
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def deploy(outlets: Outlets, pool: str, kind: str, template: Mapping[str, Any] | None = None) -> Deployed:
    """Puts every flow on the pool, which is made, of this kind, where it is not there; `template` is what each of its
    jobs is made from, where that is not what its kind has by itself."""
    done = Deployed(pool)
    wanted = pool_deployments(outlets)
    with get_client(sync_client=True) as client:
        done.pool_made = _have_pool(client, pool, kind, template)
        there = {_full_name(client, found): found for found in _on_pool(client, pool)}
        for deployment in wanted:
            _put(client, pool, deployment)
            done.schedules[deployment.full_name] = [_cron(each) for each in deployment.schedules]
            former = there.pop(deployment.full_name, None)
            done.removed_schedules += _gone(former, deployment) if former else []
        for name, stale in there.items():
            if (stale.entrypoint or "").startswith("flows."):  # others' are left alone
                client.delete_deployment(stale.id)
                done.removed_deployments.append(name)
        done.late_dropped = drop_late_runs(client, pool)
        watch_for_zombies(client)
        done.warnings += [*_served_too(client), *_unvacuumed(client)]
    return done


def _have_pool(client: SyncPrefectClient, pool: str, kind: str, template: Mapping[str, Any] | None) -> bool:
    jobs = {"base_job_template": dict(template)} if template else {}
    try:
        client.read_work_pool(pool)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=pool, type=kind, **jobs))
        return True
    if template:
        client.update_work_pool(pool, WorkPoolUpdate(**jobs))
    return False


def _on_pool(client: SyncPrefectClient, pool: str) -> list[DeploymentResponse]:
    found: list[DeploymentResponse] = []
    while True:
        page = client.read_deployments(
            deployment_filter=DeploymentFilter(),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
            limit=_PAGE,
            offset=len(found),
        )
        found += page
        if len(page) < _PAGE:
            return found


def _full_name(client: SyncPrefectClient, deployment: DeploymentResponse) -> str:
    return f"{client.read_flow(deployment.flow_id).name}/{deployment.name}"


def _put(client: SyncPrefectClient, pool: str, deployment: PoolDeployment) -> None:
    """Makes the deployment; the server replaces one of the same name whole, its schedules and planned runs with it."""
    flow = deployment.flow
    client.create_deployment(
        flow_id=client.create_flow(flow),
        name=NAME,
        description=flow.description,
        schedules=deployment.schedules,
        work_pool_name=pool,
        work_queue_name=deployment.queue,
        entrypoint=deployment.entrypoint,
        parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
        pull_steps=[],  # a worker runs the checkout that it was started in
        job_variables={"env": SIGNS_OF_LIFE},
        enforce_parameter_schema=True,
        paused=False,
    )


def _gone(former: DeploymentResponse, now: PoolDeployment) -> list[str]:
    told = [f"{_cron(each)} {each.parameters or ''}".strip() for each in former.schedules]
    here = {f"{_cron(each)} {each.parameters or ''}".strip() for each in now.schedules}
    return [f"{now.full_name}: {each}" for each in told if each not in here]


def _cron(schedule: Any) -> str:
    return str(getattr(schedule.schedule, "cron", schedule.schedule))


def _served_too(client: SyncPrefectClient) -> list[str]:
    crawls = FlowFilter(name=FlowFilterName(any_=[archive_news.name]))
    found = client.read_deployments(flow_filter=crawls)
    if not any(each.schedules and not each.work_pool_name and not each.paused for each in found):
        return []
    return ["'broadtape schedule' serves the outlets on this server, too: end it, or each is polled twice."]


def _unvacuumed(client: SyncPrefectClient) -> list[str]:
    """A sentence where the server keeps every run for ever, as it does unless it is told otherwise."""
    try:
        vacuum = client.request("GET", "/admin/settings").json()["server"]["services"]["db_vacuum"]
        kept = "flow_runs" not in (vacuum["enabled"] or ())
    except Exception:  # another release's, or not to be asked
        return ["The server does not say whether it removes old runs from its database; see to it that it does."]
    if not kept:
        return []
    return [
        "The server never removes old runs from its database, which grows by gigabytes a year: set "
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,flow_runs,orphans and "
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD=2592000 where it is started."
    ]
