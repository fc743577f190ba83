"""The shape that holds now as one file."""

from __future__ import annotations

import orjson

from onmaru.office.packages import ports, rules
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live


def whole() -> bytes:
    """Every field in use and every layout that holds, as JSON that ``commands.bring`` reads."""
    defined = CustomField.objects.filter(is_active=True).order_by("id")
    layouts = live.newest()
    return orjson.dumps(
        {
            "format": rules.FORMAT,
            "fields": [{name: getattr(one, name) for name in sorted(rules.NAMES)} for one in defined],
            **{name: part.whole() for name, part in ports.parts.items()},
            "layouts": {one.entity: one.document for one in layouts if one.company is None},
            "company_layouts": [
                {"company": one.company.code, "entity": one.entity, "document": one.document}
                for one in layouts
                if one.company is not None
            ],
        },
        option=orjson.OPT_INDENT_2,
    )
