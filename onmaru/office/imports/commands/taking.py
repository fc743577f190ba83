"""Rows of a file into records: judged without a trace, or done; by the thousand where the entity can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from onmaru.kernel import custom, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import IdempotencyKey
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.batches import ports
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.imports import queries
from onmaru.office.imports.commands import staging
from onmaru.workbench import calls
from onmaru.workbench.intake import KEY_TWICE, Intake, Item, Outcome

ROUNDS = 3


def is_bulk(run: Run) -> bool:
    """Whether the entity makes records by the thousand."""
    return of_runs.entity_of(run).in_bulk is not None


def check(run: Run, chunk: Chunk, by: Actor) -> dict[str, Any]:
    """What would become of a chunk."""
    return _result(look(run, by, queries.items_of(run, chunk)))


def look(run: Run, by: Actor, items: Sequence[Item]) -> list[Outcome]:
    """What would become of items; nothing is written."""
    intake = queries.intake_of(run, by)
    found = intake.read(items)
    _write(intake, found, dry_run=True)
    return found


def look_again(run: Run, by: Actor, lines: Collection[int]) -> list[Outcome]:
    """Look at lines that were mended; what the check of the whole file said of them is told anew."""
    if not lines:
        return []
    looked: list[Outcome] = []
    for chunk in of_runs.chunks(run).filter(rows__0__0__lte=max(lines)).iterator(chunk_size=20):
        items = [item for item in queries.items_of(run, chunk) if item.line in lines]
        found = look(run, by, items)
        if chunk.checked is not None and found:
            _correct(run, chunk, found)
        looked += found
    return looked


def _correct(run: Run, chunk: Chunk, found: Sequence[Outcome]) -> None:
    before = chunk.checked or {}
    again = {one.line for one in found}
    kept = [one for one in before["refused"] if one[0] not in again]
    result = _result(found)
    refused = sorted([*kept, *result["refused"]])
    mended = len(before["refused"]) - len(refused)
    chunk.checked = {**before, "refused": refused}
    chunk.save(update_fields=["checked"])
    run.refused -= mended
    run.done += mended
    run.save(update_fields=["refused", "done"])


def apply(run: Run, chunk: Chunk, by: Actor) -> dict[str, Any]:
    """Do a chunk. Items that a killed worker had done are known by their keys."""
    items = queries.items_of(run, chunk)
    keys = {f"{run.source}:{item.line}": item for item in items}
    before = {} if is_bulk(run) else {one.key: one for one in IdempotencyKey.objects.filter(key__in=keys)}
    intake = queries.intake_of(run, by)
    found = intake.read([item for key, item in keys.items() if key not in before])
    if any(one.record is not None for one in found):
        work.in_turn()
    _refuse_repeated(run, intake, found)
    late = _write(intake, found, prefix=run.source)
    if late:
        _judge_again(run, by, late)
    result = _result(found)
    for one in before.values():
        made = one.command == calls.offered(intake.entity.create).name
        result["made" if made else "changed"].append(one.result_id)
    return result


def _refuse_repeated(run: Run, intake: Intake, found: Sequence[Outcome]) -> None:
    """Refuse an item whose key another chunk of the same file had: it would change what that one has made."""
    waiting = {one.record.pk: one for one in found if one.record is not None and not one.done}
    for pk in of_runs.touched(run, intake.entity.model, waiting):
        waiting[pk].done, waiting[pk].problems = "refused", [KEY_TWICE(text=str(waiting[pk].record))]


def _judge_again(run: Run, by: Actor, late: Sequence[Outcome]) -> None:
    """Read anew what the command for many refused: the chunk before, done meanwhile, may have made the record."""
    intake = queries.intake_of(run, by)
    again = intake.read([Item(one.line, one.rows) for one in late])
    _refuse_repeated(run, intake, again)
    for one, new in zip(late, again, strict=True):
        if new.record is not None:
            if not new.done:
                intake.write(new)
            one.done, one.record, one.problems = new.done, new.record, new.problems


def _write(
    intake: Intake, found: Sequence[Outcome], *, prefix: str = "", dry_run: bool = False
) -> list[Outcome]:
    """Do what waits; returns what the command for many refused."""
    waited = [one for one in found if not one.done]
    if intake.entity.in_bulk is not None:
        _in_bulk(intake, found, dry_run=dry_run)
    refused = [one for one in waited if one.done == "refused"]
    for one in waited:
        if not one.done:
            key = f"{prefix}:{one.line}" if prefix and intake.entity.in_bulk is None else None
            intake.write(one, key=key, dry_run=dry_run)
    return refused


def _in_bulk(intake: Intake, found: Sequence[Outcome], *, dry_run: bool) -> None:
    """Make all new records by one command; what it refuses is left out and the rest tried again."""
    command = calls.offered(intake.entity.in_bulk)
    common = {name: value for name, value in intake.given.items() if calls.takes(command, name)}
    special = set(command.parameters) - {"rows"}
    new = [one for one in found if not one.done and one.record is None and not _has_own(one.values)]
    waiting = [one for one in new if not special & (one.values.keys() - common.keys())]
    for _round in range(ROUNDS):
        rows = [{k: v for k, v in one.values.items() if k not in special} for one in waiting]
        if not rows:
            return
        try:
            made = calls.do(command, intake.by, {"rows": rows, **common}, dry_run=dry_run)
        except Refused as refused:
            waiting = _without(waiting, refused.reasons)
            continue
        for one, record in zip(waiting, waiting if dry_run else made, strict=True):
            one.done, one.record = "inserted", None if dry_run else record
        return


def _has_own(values: Mapping[str, Any]) -> bool:
    """Whether a record or a line of it says anything of the company's own fields, which commands for many know not."""
    grids = (value for value in values.values() if isinstance(value, list))
    rows = [values, *(row for grid in grids for row in grid if isinstance(row, Mapping))]
    return any(name.startswith(custom.PREFIX) for row in rows for name in row)


def _without(waiting: list[Outcome], reasons: Collection[Refusal]) -> list[Outcome]:
    """What is left when those are refused whose rows the reasons name; reasons of no row let all be tried singly."""
    by_place: dict[int, list[Refusal]] = defaultdict(list)
    for reason in reasons:
        rows, _dot, rest = reason.field.partition(".")
        number, _dot, field = rest.partition(".")
        if rows == "rows" and number.isdigit():
            by_place[int(number)].append(Refusal(reason.code, reason.template, field, reason.params))
    for place, found in by_place.items():
        waiting[place].done, waiting[place].problems = "refused", found
    return [one for one in waiting if not one.done] if by_place else []


def _result(found: Sequence[Outcome]) -> dict[str, Any]:
    """What a chunk remembers: ids, and for each refused line its reasons in the language of who asked."""
    by_done = {
        done: [one for one in found if one.done == done] for done in ("inserted", "updated", "refused")
    }
    return {
        "made": [getattr(one.record, "pk", 0) for one in by_done["inserted"]],
        "changed": [one.record.pk for one in by_done["updated"]],
        "skipped": sum(one.done == "skipped" for one in found),
        "refused": [[one.line, [reason.as_dict() for reason in one.problems]] for one in by_done["refused"]],
    }


ports.works[Run.Kind.IMPORT] = ports.Work(apply, check, is_bulk, staging.forget)
