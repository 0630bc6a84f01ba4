"""The dialogue as a table: for each stage and each kind of thing heard, the rule that answers and where it may lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from bot.domain.talk.heard import HEARD_KINDS, HeardKind
from bot.domain.talk.state import ASKING, ENDED, FREE, STAGES, Stage

RuleName = Literal[
    "begin", "fill", "offer_nearest", "refuse_target", "ask_which", "answer_yes", "answer_no", "offer_common",
    "reask", "refuse_text", "digress", "smile", "open_form",
    "change_running", "say_running", "end_writing", "stop_writing",
    "change_plan", "answer", "say_unfinished", "hint", "welcome", "regenerate", "refine", "take_no_spend",
    "act_on_plan", "say_no_plan",
    "help", "cancel", "nothing_to_stop", "restart", "history", "forget", "forget_yes", "forget_no", "privacy",
    "switch_language", "keep_language", "hand_over",
    "turn_away", "say_old_button", "say_answered", "take_edit", "offer_edit", "take_back", "say_kept",
    "start_afresh", "ignore",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one line of the table; `to` are the stages it may lead to besides staying."""

    heard: tuple[HeardKind, ...]
    at: tuple[Stage, ...]
    rule: RuleName
    to: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """Hold what one cell of the table says."""

    rule: RuleName
    to: frozenset[Stage]


_WRITING: tuple[Stage, ...] = ("writing",)
_PLAN = (*_WRITING, *ENDED)
_NOT_DONE: tuple[Stage, ...] = ("stopped", "failed")
_FILLED: tuple[Stage, ...] = ("industry", "target", "writing")

ROWS: tuple[Row, ...] = (
    # the two slots
    Row(("slots",), (*FREE, *ASKING), "fill", _FILLED),
    Row(("what_if",), (*FREE, *ASKING), "fill", _FILLED),
    Row(("unknown_industry",), (*FREE, *ASKING), "offer_nearest", ("industry",)),
    Row(("unknown_industry",), _PLAN, "offer_nearest"),
    Row(("out_of_range",), (*FREE, *ASKING), "refuse_target", ("target",)),
    Row(("out_of_range",), _PLAN, "refuse_target"),
    Row(("fraction", "range"), (*FREE, *ASKING), "ask_which", ("target",)),
    Row(("fraction", "range"), _PLAN, "ask_which"),
    Row(("yes",), FREE, "begin", ("industry",)),
    Row(("yes",), ASKING, "answer_yes", _FILLED),
    Row(("yes",), _PLAN, "answer_yes", _WRITING),
    Row(("no",), FREE, "begin", ("industry",)),
    Row(("no",), (*ASKING, *_PLAN), "answer_no"),
    Row(("dont_know",), FREE, "offer_common", ("industry",)),
    Row(("dont_know",), ASKING, "offer_common"),
    Row(("dont_know",), _WRITING, "say_running"),
    Row(("dont_know",), ENDED, "hint"),
    # what fills nothing
    Row(("unclear", "empty", "hello", "thanks"), FREE, "begin", ("industry",)),
    Row(("unclear", "empty"), ASKING, "reask"),
    Row(("hello", "thanks"), ASKING, "smile"),
    Row(("question",), FREE, "digress", ("industry",)),
    Row(("question",), ASKING, "digress"),
    Row(("too_long", "file"), FREE, "refuse_text", ("industry",)),
    Row(("too_long", "file"), (*ASKING, *_PLAN), "refuse_text"),
    Row(("unclear", "empty", "hello", "question"), _WRITING, "say_running"),
    Row(("thanks",), _PLAN, "welcome"),
    Row(("unclear", "question"), ("done",), "answer"),
    Row(("unclear", "question"), _NOT_DONE, "say_unfinished"),
    Row(("empty", "hello"), ENDED, "hint"),
    Row(("form",), FREE, "open_form", ("industry",)),
    Row(("form",), ASKING, "open_form"),
    Row(("form",), _WRITING, "say_running"),
    Row(("form",), ENDED, "refine"),
    # a plan
    Row(("slots", "what_if"), _WRITING, "change_running"),
    Row(("slots", "what_if"), ENDED, "change_plan", _FILLED),
    Row(("spend_unknown",), _PLAN, "take_no_spend"),
    Row(("spend_unknown", "regenerate", "refine"), (*FREE, *ASKING), "say_no_plan"),
    Row(("refine",), _WRITING, "say_running"),
    Row(("regenerate",), _WRITING, "regenerate"),
    Row(("regenerate",), ENDED, "regenerate", _WRITING),
    Row(("refine",), ENDED, "refine"),
    Row(("plan_action",), STAGES, "act_on_plan"),
    Row(("written",), _WRITING, "end_writing", ENDED),
    Row(("written",), (*FREE, *ASKING, *ENDED), "ignore"),
    # commands
    Row(("help",), STAGES, "help"),
    Row(("history",), STAGES, "history"),
    Row(("privacy",), STAGES, "privacy"),
    Row(("forget",), STAGES, "forget"),
    Row(("forget_yes",), STAGES, "forget_yes", ("idle",)),
    Row(("forget_no",), STAGES, "forget_no"),
    Row(("cancel", "stop"), (*FREE, *ENDED), "nothing_to_stop"),
    Row(("cancel", "stop"), ASKING, "cancel", ("idle",)),
    Row(("cancel", "stop"), _WRITING, "stop_writing"),
    Row(("restart",), STAGES, "restart", ("industry",)),
    Row(("language",), FREE, "switch_language", ("industry",)),
    Row(("language",), ASKING, "switch_language"),
    Row(("language",), _WRITING, "change_running"),
    Row(("language",), ENDED, "change_plan", _WRITING),
    Row(("own_language",), STAGES, "keep_language"),
    Row(("hand_over",), FREE, "say_no_plan"),
    Row(("hand_over",), (*ASKING, *_PLAN), "hand_over"),
    # repairs
    Row(("stranger",), (*ASKING, *_PLAN), "turn_away"),
    Row(("stranger",), FREE, "ignore"),
    Row(("old_button",), STAGES, "say_old_button"),
    Row(("answered_button",), STAGES, "say_answered"),
    Row(("edited",), FREE, "ignore"),
    Row(("edited",), ASKING, "take_edit", _FILLED),
    Row(("edited",), _PLAN, "offer_edit"),
    Row(("deleted",), FREE, "ignore"),
    Row(("deleted",), ASKING, "take_back", ("industry", "target")),
    Row(("deleted",), _PLAN, "say_kept"),
    Row(("expired",), ASKING, "start_afresh", STAGES),
    Row(("expired",), (*FREE, *_PLAN), "ignore"),
    Row(("nothing",), STAGES, "ignore"),
)


def _table(rows: tuple[Row, ...]) -> Mapping[tuple[Stage, HeardKind], Transition]:
    table: dict[tuple[Stage, HeardKind], Transition] = {}
    for row in rows:
        for stage in row.at:
            for heard in row.heard:
                if (stage, heard) in table:
                    raise ValueError(f"two rules for {heard} at {stage}")
                table[stage, heard] = Transition(row.rule, frozenset((*row.to, stage)))
    missing = [(stage, heard) for stage in STAGES for heard in HEARD_KINDS if (stage, heard) not in table]
    if missing:
        raise ValueError(f"no rule for {missing}")
    return MappingProxyType(table)


TABLE = _table(ROWS)


def draw_diagram() -> str:
    """Return the table as a Mermaid state diagram: one arrow for each way from one stage to another."""
    ways: dict[tuple[Stage, Stage], list[str]] = {}
    for row in ROWS:
        for stage in row.at:
            for to in row.to:
                if to != stage and row.rule != "start_afresh":
                    ways.setdefault((stage, to), []).extend(row.heard)
    lines = ["stateDiagram-v2", "    [*] --> new"]
    for (stage, to), heard in sorted(ways.items(), key=lambda way: (STAGES.index(way[0][0]), STAGES.index(way[0][1]))):
        lines.append(f"    {stage} --> {to}: {', '.join(dict.fromkeys(heard))}")
    lines.extend(f"    {stage} --> new: expired" for stage in ASKING)
    return "\n".join(lines) + "\n"
