"""`ai-strategy jobs`: look at jobs, start one again, delete one, and stop or resume all writing."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from bot.commands.process import require_redis
from bot.domain.errors import UserError

if TYPE_CHECKING:
    from bot.ports import JobReport
    from bot.services.redis_store import Store
    from bot.settings import Settings


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("jobs", help="look after jobs; needs REDIS_URL")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list all jobs, one JSON object a line")
    listing.add_argument("--where", choices=("queued", "running", "delayed", "parked", "dead"), help="only those")
    for name, text in (
        ("show", "show one job with its effects"),
        ("retry", "start a delayed or dead job again at once"),
        ("drop", "delete a job for good, wherever it is"),
    ):
        actions.add_parser(name, help=text).add_argument("job", help="id of the job")
    halting = actions.add_parser("halt", help="kill switch: no strategy is begun until `jobs resume`")
    halting.add_argument("reason", help="why; shown to operators")
    actions.add_parser("resume", help="lift the kill switch")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Do what was asked; returns the exit code. Raises UserError for a job that is not there."""
    require_redis(settings, "jobs")
    from bot.services.redis_store import open_store
    from bot.wiring import store_options

    async with open_store(settings.redis_url, store_options(settings)) as store:
        match args.action:
            case "list":
                await _list(store, args.where)
            case "show":
                _print(await _found(store, args.job), effects=True)
            case "retry":
                if not await store.desk.revive((await _found(store, args.job)).job.id):
                    raise UserError("error.job_not_waiting", job=args.job)
            case "drop":
                await store.desk.drop((await _found(store, args.job)).job.id)
            case "halt":
                await store.limits.halt(args.reason)
            case _:
                await store.limits.halt("")
    return 0


async def _found(store: "Store", job: str) -> "JobReport":
    report = await store.desk.report(job)
    if report is None:
        raise UserError("error.job_unknown", job=job)
    return report


async def _list(store: "Store", where: str | None) -> None:
    reports = [report async for report in store.desk.reports() if where in (None, report.where)]
    for report in sorted(reports, key=lambda one: (one.job.at, one.job.id)):
        _print(report, effects=False)


def _print(report: "JobReport", *, effects: bool) -> None:
    job = report.job
    row: dict[str, object] = {
        "schema_version": 1,
        "id": job.id,
        "kind": job.kind,
        "lane": report.lane,
        "where": report.where,
        "starts": report.starts,
        "worker": report.worker or None,
        "reason": report.reason or None,
        "conversation": job.conversation,
        "place": job.place.key(),
        "user": job.user,
        "at": job.at,
    }
    if effects:
        from bot.services.redis_jobs import write_job

        row["job"] = json.loads(write_job(job))
        row["poison"] = json.loads(report.poison) if report.poison else None
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
