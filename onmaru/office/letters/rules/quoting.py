"""What somebody wrote, apart from what they only quoted."""

from __future__ import annotations

import re

from mailparser_reply import EmailReplyParser

# Patterns for what programs put above a quotation run over every line: longer mails are told by their marks alone.
LONGEST = 30_000
LANGUAGES = ["ko", "en", "ja", "zh", "de"]
# What programs in Korea put there: Outlook, Naver and Daum a rule, Gmail a sentence.
_HEADS = re.compile(
    r"^[ \t]*-{2,}\s*(?:원본 메일|원본 메시지|Original Message|전달된 메시지)\s*-{2,}"
    r"|^[ \t]*\d{4}년 \d{1,2}월 \d{1,2}일[^\n]{0,200}님이 작성[^\n]{0,20}:[ \t]*$",
    re.MULTILINE,
)


def split(text: str) -> tuple[str, str]:
    """What was written, and what stands quoted below it; all of it counts as written when nothing else is."""
    head = _HEADS.search(text)
    end = head.start() if head else len(text)
    written = text[:end]
    if len(written) <= LONGEST:
        found = EmailReplyParser(languages=LANGUAGES).read(written).replies
        reply = found[0].content.strip() if found else ""
        place = written.find(reply) if reply else -1
        end = place + len(reply) if place >= 0 else end
    above = text[:end].strip()
    return (above, text[end:].strip()) if above else (text.strip(), "")
