"""Mailboxes, templates, mails and refused addresses, each a list like any other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.mail.models import Account, Bounce, Mail, Template
from onmaru.workbench.entity import Entity, section

mails = Entity(
    Mail,
    icon="mail",
    area="work",
    place=20,
    list="at state sender title about account",
    detail=["title state at sender to cc about account person audience trouble", "text quoted"],
    search="title",
    filters="state account person audience at",
    order="-at",
    made_by="",
    actions="resend confirm link",
)

accounts = Entity(
    Account,
    name="mail-accounts",
    icon="mailbox",
    area="settings",
    place=75,
    list="name address owner company fetched_at trouble is_active",
    form=[
        "name address sender owner company audience is_active",
        section(_("Signing in"), "login password"),
        section(_("Sending"), "smtp_host smtp_port smtp_security"),
        section(_("Receiving"), "imap_host imap_port imap_security imap_folder"),
    ],
    detail=[
        "name address sender owner company audience is_active login password",
        section(_("Sending"), "smtp_host smtp_port smtp_security dkim_selector dkim_record"),
        section(_("Receiving"), "imap_host imap_port imap_security imap_folder fetched_at trouble"),
    ],
    search="name address",
    filters="owner company is_active",
    actions="make_key",
    exchange="name address sender owner.username company.code audience login smtp_host smtp_port smtp_security "
    "imap_host imap_port imap_security imap_folder",
    key="address",
)

templates = Entity(
    Template,
    name="mail-templates",
    icon="template",
    area="shaping",
    place=76,
    list="name kind title_ko title_en",
    form=[
        "name kind",
        section(_("In Korean"), "title_ko text_ko"),
        section(_("In English"), "title_en text_en"),
    ],
    search="name title_ko title_en",
    filters="kind",
)

bounces = Entity(
    Bounce,
    name="refused-addresses",
    icon="mail-off",
    area="settings",
    place=77,
    list="address is_dead times status reason at",
    search="address",
    filters="is_dead",
    order="-at",
    made_by="",
    edited_by="",
    actions="clear",
)
