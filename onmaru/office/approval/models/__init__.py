"""Rows of the room."""

from onmaru.office.approval.models.documents import Approval, Step
from onmaru.office.approval.models.lines import Absence, Demand, Line, Seat
from onmaru.office.approval.models.roles import SIGNING, Role

__all__ = ["SIGNING", "Absence", "Approval", "Demand", "Line", "Role", "Seat", "Step"]
