"""What becomes of a job that is given up: who is told, and whose card is closed. Pure."""

from dataclasses import replace

from bot.domain.effects import CloseCard, PostCard, Say, Write
from bot.domain.events import Written
from bot.ports import Job

DEAD_JOB_TEXT = "error.job_dead"


def notice_for(job: Job, now_ms: int) -> Job:
    """Return the job that tells a user that theirs was given up."""
    told = (Say(text=DEAD_JOB_TEXT),)
    return replace(job, id="", kind="perform", conversation="", at=now_ms, effects=told, notice=True)


def closing_for(job: Job, *, whole: bool) -> Job | None:
    """Return the job that closes the cards of the plans another was to write; None when it was to write none."""
    cards = [f"{job.id}/{step}" for step, effect in enumerate(job.effects) if isinstance(effect, PostCard)]
    closing = tuple(
        CloseCard(write=effect, key=cards[-1] if cards else f"{job.id}/{step}/card", whole=whole)
        for step, effect in enumerate(job.effects)
        if isinstance(effect, Write)
    )
    return replace(job, id="", effects=closing, notice=True) if closing else None


def failed(job: Job, write: Write, now_ms: int) -> Written:
    """Return the event that tells the dialogue that a version was not written."""
    return Written(
        id=f"{job.id}:{write.version}:dead",
        place=job.place,
        user=job.user,
        at=now_ms,
        plan=write.plan,
        version=write.version,
        outcome="failed",
    )
