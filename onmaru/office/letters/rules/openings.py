"""Whether a person or a machine fetched a mail's picture. Told apart as well as it can be, which is not always."""

from __future__ import annotations

import re
from datetime import timedelta

# Fetchers that load every picture of every mail, seen by a person or not: Google, Yahoo, Outlook's scanners, Naver; and
# Apple's Mail Privacy Protection, which says "Mozilla/5.0" and nothing else.
MACHINES = re.compile(
    r"GoogleImageProxy|YahooMailProxy|YahooCacheSystem|BingPreview|SafeLinks|Barracuda|Mimecast|Proofpoint|bot\b|crawl|"
    r"spider|curl|wget|python|Naver",
    re.IGNORECASE,
)
AT_ONCE = timedelta(seconds=10)


def is_machine(agent: str, after: timedelta) -> bool:
    """By what it calls itself, or because nobody reads as fast (``after`` the sending)."""
    return not agent or agent.strip() == "Mozilla/5.0" or bool(MACHINES.search(agent)) or after < AT_ONCE
