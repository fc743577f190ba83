"""Facts of this room."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel import events


@events.event("site.company.created")
@dataclass(frozen=True)
class CompanyCreated(events.Fact):
    """A company exists with its virtual locations; books and series can be opened for it."""

    company_id: int
