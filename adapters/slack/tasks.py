"""The tasks of a streamed plan: costs, each section, the checks at the end; what moves while it is written. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from adapters.safe import bare, unlink, unping
from adapters.slack.limits import TASK_TITLE, TASKS
from adapters.slack.pages import Page
from bot.ports import PlanView, Texts

Json = dict[str, Any]
Status = Literal["pending", "in_progress", "complete", "error"]


def begin_tasks(view: PlanView, number: int, pages: Sequence[Page]) -> list[Json]:
    """Return the title and the first task of the message with this number."""
    title = {"type": "plan_update", "title": _literal(view.title)}
    if number == 0:
        return [title, _task("costs", view.progress, "in_progress")]
    return [title, *_of_page(view, number, pages, "in_progress")]


def go_on_tasks(view: PlanView, number: int, pages: Sequence[Page], texts: Texts) -> list[Json]:
    """Return the tasks of a message that is being written: its sections done, the next one under way."""
    if not view.sections:
        return [_task("costs", view.progress, "in_progress")]
    computing = texts.say("progress.computing", view.language)
    told = texts.say("card.status.writing", view.language) if view.progress == computing else view.progress
    return [*_done(view, number, pages, texts), _task(_id(len(view.sections)), told, "in_progress")][:TASKS]


def stop_tasks(view: PlanView, number: int, pages: Sequence[Page], texts: Texts) -> list[Json]:
    """Return the tasks of a message that ends: all done, checked, and where it goes on or why it does not."""
    done = _done(view, number, pages, texts)
    done.extend(_below(view, number, pages, texts))
    if view.status == "done":
        done.append(_task("checked", texts.say("task.checked", view.language), "complete"))
    elif view.status != "writing":
        status: Status = "complete" if view.status == "stopped" else "error"
        done.append(_task(_id(len(view.sections)), view.progress, status))
    return done[:TASKS]


def leave_tasks(view: PlanView, number: int, pages: Sequence[Page], texts: Texts) -> list[Json]:
    """Return the tasks of a message that is streamed no longer and edited from now on: none stays under way."""
    if view.status != "writing":
        return stop_tasks(view, number, pages, texts)
    told = texts.say("task.edited", view.language)
    return [*_done(view, number, pages, texts), _task(_id(len(view.sections)), told, "complete")][:TASKS]


def _below(view: PlanView, number: int, pages: Sequence[Page], texts: Texts) -> Iterator[Json]:
    """Yield what stands further below: the section that comes next, and in the end all the others."""
    later = [name for page in pages[number + 1 :] for name in page.sections if name not in pages[number].sections]
    for place, section in enumerate(view.sections):
        if section.id in (later[:1] if view.status == "writing" else later):
            yield _task(_id(place), texts.say("task.below", view.language, section=section.heading), "complete")


def _done(view: PlanView, number: int, pages: Sequence[Page], texts: Texts) -> list[Json]:
    costs = [_task("costs", texts.say("task.costs", view.language), "complete")] if number == 0 and pages else []
    return [*costs, *_of_page(view, number, pages, "complete")]


def _of_page(view: PlanView, number: int, pages: Sequence[Page], status: Status) -> Iterator[Json]:
    shown = pages[number].sections if pages else ()
    for place, section in enumerate(view.sections):
        if section.id in shown:
            yield _task(_id(place), section.heading, status)


def _id(place: int) -> str:
    """Name a section by its place: what is being written is known by nothing else."""
    return f"section-{place}"


def _task(name: str, title: str, status: Status) -> Json:
    return {"type": "task_update", "id": name, "title": _literal(title), "status": status}


def _literal(text: str) -> str:
    """Return a text that acts nowhere, whether Slack reads it as plain or as marked up: the reference does not say."""
    return unlink(unping(bare(text))).translate(_ANGLES)[:TASK_TITLE] or "-"


_ANGLES = str.maketrans("<>", "‹›")
