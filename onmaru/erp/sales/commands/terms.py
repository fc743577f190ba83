"""What was agreed with a customer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales.models import CustomerTerms
from onmaru.kernel import commands, records
from onmaru.kernel.identity import Actor


@commands.command(label=_("New customer terms"), model=CustomerTerms)
def create(*, by: Actor, **values: Any) -> CustomerTerms:
    """Agree prices, payment, credit and rounding with a customer."""
    agreed = records.fill(CustomerTerms(), values)
    agreed.save()
    return agreed


@commands.command(label=_("Edit"), model=CustomerTerms)
def edit(agreed: CustomerTerms, *, by: Actor, **values: Any) -> CustomerTerms:
    """Agree anew; orders made before keep what they were made with."""
    return records.fill(agreed, values)
