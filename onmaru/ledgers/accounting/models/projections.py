"""Folded balances: rebuildable sums of lines, by day and by month."""

from __future__ import annotations

from django.db import models

from onmaru.ledgers.accounting.models.accounts import Account


class DayBalance(models.Model):
    """Debits and credits of an account on a day, of the entries folded so far."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    debit = models.DecimalField(max_digits=24, decimal_places=6)
    credit = models.DecimalField(max_digits=24, decimal_places=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "account"], name="one_balance_per_day")]


class MonthBalance(models.Model):
    """Debits and credits of an account in a month (by its first day), of the entries folded so far."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    debit = models.DecimalField(max_digits=24, decimal_places=6)
    credit = models.DecimalField(max_digits=24, decimal_places=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "account"], name="one_balance_per_month")]
