"""Mails that hang on records, the accounts they go and come by, and what is known of addresses."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onmaru.kernel import i18n, kinds, parts
from onmaru.kernel.models import Record
from onmaru.kernel.sealed import SealedField
from onmaru.masters.site.models import Company
from onmaru.office.discussion.models import Hanging


class Audience(models.TextChoices):
    """Who may read a mail, of those who see its record."""

    ALL = "all", _("Whoever sees the record")
    TEAM = "team", _("My team")
    SELF = "self", _("Only me")


class Account(Record):
    """A mailbox: where its mail goes out (SMTP) and comes in (IMAP); a person's, or without one the company's.

    ``uid_validity`` and ``last_uid`` are how far its folder was read (RFC 3501, 2.3.1.1).
    """

    class Security(models.TextChoices):
        TLS = "tls", _("encrypted (TLS)")
        STARTTLS = "starttls", _("encrypted once connected (STARTTLS)")
        NONE = "none", _("none")

    name = models.CharField(_("account name"), max_length=80)
    address = models.EmailField(_("e-mail"), unique=True)
    sender = models.CharField(_("name of the sender"), max_length=100, blank=True)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company"), null=True, blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="mail_accounts",
        verbose_name=_("whose it is"),
        null=True,
        blank=True,
    )
    audience = models.CharField(_("who reads"), max_length=10, choices=Audience, default=Audience.ALL)
    login = models.CharField(_("sign-in at the mail server"), max_length=200, blank=True)
    password = SealedField(_("password"), max_length=300, blank=True)
    smtp_host = models.CharField(_("server for sending (SMTP)"), max_length=200, blank=True)
    smtp_port = models.PositiveIntegerField(_("port for sending"), default=465)
    smtp_security = models.CharField(
        _("security of sending"), max_length=10, choices=Security, default=Security.TLS
    )
    imap_host = models.CharField(_("server for receiving (IMAP)"), max_length=200, blank=True)
    imap_port = models.PositiveIntegerField(_("port for receiving"), default=993)
    imap_security = models.CharField(
        _("security of receiving"), max_length=10, choices=Security, default=Security.TLS
    )
    imap_folder = models.CharField(_("folder"), max_length=100, default="INBOX")
    dkim_selector = models.CharField(_("DKIM selector"), max_length=60, blank=True, editable=False)
    dkim_key = SealedField(_("DKIM key"), max_length=4000, blank=True, editable=False)
    dkim_record = models.TextField(_("DKIM record for the name server"), blank=True, editable=False)
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    fetched_at = models.DateTimeField(_("last read"), null=True, editable=False)
    trouble = models.CharField(pgettext_lazy("mail", "trouble"), max_length=300, blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("mail account")
        verbose_name_plural = _("mail accounts")

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class Template(Record):
    """Words to begin a mail with, in both languages; ``{total}``, ``{customer.name}`` are fields in formulas."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind of record"), max_length=60, choices=kinds.named, blank=True)
    title_ko = models.CharField(_("Korean subject"), max_length=200)
    text_ko = models.TextField(_("Korean text"), max_length=20_000)
    title_en = models.CharField(_("English subject"), max_length=200, blank=True)
    text_en = models.TextField(_("English text"), max_length=20_000, blank=True)

    class Meta:
        verbose_name = _("mail template")
        verbose_name_plural = _("mail templates")

    def __str__(self) -> str:
        return self.name

    def words(self) -> tuple[str, str]:
        """Subject and text in the language active now."""
        return i18n.pick(self.title_ko, self.title_en), i18n.pick(self.text_ko, self.text_en)


class Mail(Hanging):
    """A mail that went out or came in. ``message_id`` is fixed before it is sent, and a mail comes in once by it.

    ``text`` is what was written, ``quoted`` what was only quoted below it. ``thread`` is the Message-ID of the mail
    that a conversation began with. ``pictures`` names files by how the HTML calls them. ``person`` is whose it is: the
    writer, or whom an answer is for. ``tried_at`` is when sending began, ``due_at`` when it is tried (again).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be sent")
        SENDING = "sending", _("Is being sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Unknown: look at the server")
        FAILED = "failed", _("Not sent")
        BOUNCED = "bounced", _("Came back")
        RECEIVED = "received", pgettext_lazy("mail", "Received")

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="mails", verbose_name=_("mail account"), editable=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="mails",
        verbose_name=_("whose it is"),
        null=True,
        editable=False,
    )
    audience = models.CharField(_("who reads"), max_length=10, choices=Audience, default=Audience.ALL)
    state = models.CharField(_("state"), max_length=10, choices=State, editable=False)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    sender = models.CharField(pgettext_lazy("mail", "from"), max_length=400, editable=False)
    to = ArrayField(
        models.CharField(max_length=400),
        verbose_name=pgettext_lazy("mail", "to"),
        default=list,
        editable=False,
    )
    cc = ArrayField(models.CharField(max_length=400), verbose_name=_("cc"), default=list, editable=False)
    title = models.CharField(_("subject"), max_length=400, blank=True)
    text = models.TextField(pgettext_lazy("mail", "text"), blank=True)
    quoted = models.TextField(_("quoted"), blank=True, editable=False)
    html = models.TextField(blank=True, editable=False)
    pictures = models.JSONField(default=dict, blank=True, editable=False)
    message_id = models.CharField(max_length=400, editable=False)
    answers_id = models.CharField(max_length=400, blank=True, editable=False)
    references = ArrayField(models.CharField(max_length=400), default=list, editable=False)
    thread = models.CharField(max_length=400, editable=False)
    tried_at = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    trouble = models.CharField(pgettext_lazy("mail", "trouble"), max_length=500, blank=True, editable=False)
    track = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="mail_by_subject"),
            models.Index(fields=["message_id"], name="mail_by_message_id"),
            models.Index(fields=["thread"], name="mail_by_thread"),
            models.Index(
                fields=["due_at"], name="mail_under_way", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["-at"], name="mail_unlinked", condition=Q(subject_kind="")),
            models.Index(fields=["track"], name="mail_by_track", condition=~Q(track="")),
            parts.Index("title", name="mail_parts"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "message_id"],
                name="mail_received_once",
                condition=Q(state="received"),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.sender


class Opening(models.Model):
    """A picture of a sent mail was fetched: by a person's program, or by a machine that looks into every mail."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="openings")
    at = models.DateTimeField(db_default=Now())
    agent = models.CharField(max_length=300, blank=True)
    by_machine = models.BooleanField()


class Bounce(Record):
    """An address that a server refused; while it is ``is_dead``, nothing is written to it."""

    address = models.EmailField(_("e-mail"), unique=True)
    status = models.CharField(_("status code"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    is_dead = models.BooleanField(_("refused for good"), default=False, editable=False)
    times = models.PositiveIntegerField(_("how many times"), default=1, editable=False)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")

    def __str__(self) -> str:
        return self.address
