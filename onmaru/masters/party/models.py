"""Who: organisations and people in one table, each in as many roles as it plays."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import i18n
from onmaru.kernel.models import Record
from onmaru.kernel.sealed import SealedField
from onmaru.masters.party import rules


class Party(Record):
    """An organisation or a person. Numbers are stored bare (digits, E.164) and shown formatted."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        PERSON = "person", _("Person")

    class Language(models.TextChoices):
        KOREAN = "ko", "한국어"
        ENGLISH = "en", "English"

    code = models.CharField(_("party code"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ORGANISATION)
    name = models.CharField(_("party name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    is_customer = models.BooleanField(_("is a customer"), default=False)
    is_supplier = models.BooleanField(_("is a supplier"), default=False)
    is_employee = models.BooleanField(_("is an employee"), default=False)
    is_dealer = models.BooleanField(_("is a dealer"), default=False)
    country = models.CharField(_("country"), max_length=2, default="KR")
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.KOREAN)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    business_number = models.CharField(_("business number"), max_length=20, blank=True)
    corporate_number = models.CharField(_("corporate number"), max_length=20, blank=True)
    representative = models.CharField(_("representative"), max_length=60, blank=True)
    business_type = models.CharField(_("business type"), max_length=100, blank=True)
    business_item = models.CharField(_("business item"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("head office"), null=True, blank=True, related_name="branches"
    )
    note = models.TextField(_("note"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    name_key = models.CharField(max_length=200, editable=False, default="")
    search_text = models.TextField(editable=False, default="")

    personal = ("phone", "email")

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="party_not_its_own_head_office"
            )
        ]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="party_search"),
            models.Index(fields=["name_key"], name="party_by_name_key"),
            models.Index(fields=["name", "id"], name="party_by_name"),
            models.Index(
                fields=["business_number"],
                name="party_by_business_number",
                condition=~models.Q(business_number=""),
            ),
            models.Index(fields=["phone"], name="party_by_phone", condition=~models.Q(phone="")),
            models.Index(fields=["email"], name="party_by_email", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def is_of_person(self) -> bool:
        """Whether its data is a person's; an organisation's phone is no secret."""
        return self.kind == self.Kind.PERSON

    @property
    def shown_name(self) -> str:
        """The name in the language active now."""
        return i18n.pick(self.name, self.name_en)

    @property
    def shown_business_number(self) -> str:
        """The business number as it is printed: 124-81-00998."""
        return rules.format_business_number(self.business_number)

    @property
    def shown_phone(self) -> str:
        """The phone as people in the party's country write it."""
        return rules.format_phone(self.phone, self.country)

    @property
    def roles(self) -> list[str]:
        """What the party is to us: customer, supplier, employee, dealer."""
        names = ("customer", "supplier", "employee", "dealer")
        return [name for name in names if getattr(self, f"is_{name}")]


class Address(Record):
    """A place of a party, one of each kind being the one used unless another is chosen."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Main address")
        BILLING = "billing", _("Billing address")
        SHIPPING = "shipping", _("Shipping address")
        HOME = "home", _("Home address")
        OTHER = "other", _("Other address")

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("party"), related_name="addresses")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MAIN)
    label = models.CharField(_("address label"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2, default="KR")
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    state = models.CharField(_("province"), max_length=60, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("address detail"), max_length=200, blank=True)
    legacy_line = models.CharField(_("lot-number address"), max_length=200, blank=True)
    is_default = models.BooleanField(_("used first"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind"],
                name="one_default_address_per_kind",
                condition=models.Q(is_default=True),
            )
        ]

    def __str__(self) -> str:
        return self.one_line

    @property
    def one_line(self) -> str:
        """The address as its country writes it: large to small in Korea, small to large elsewhere."""
        return rules.format_address(
            self.country, self.postcode, self.state, self.city, self.line1, self.line2
        )


class Contact(Record):
    """A person to talk to at an organisation; linked to a party of its own when that is known."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("party"), related_name="contacts")
    person = models.ForeignKey(
        Party, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="contact_of"
    )
    name = models.CharField(_("contact name"), max_length=100)
    title = models.CharField(_("job title"), max_length=60, blank=True)
    role = models.CharField(_("duty"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_primary = models.BooleanField(_("first contact"), default=False)

    personal = ("phone", "email")

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["party"], name="one_first_contact_per_party", condition=models.Q(is_primary=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.title}".strip()

    @property
    def shown_phone(self) -> str:
        """The phone as people at home write it."""
        return rules.format_phone(self.phone)


class Bank(Record):
    """A bank and its code (KFTC's three digits in Korea, BIC elsewhere)."""

    code = models.CharField(_("bank code"), max_length=11, unique=True)
    name = models.CharField(_("bank name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("bank")
        verbose_name_plural = _("banks")

    def __str__(self) -> str:
        return i18n.pick(self.name, self.name_en)


class BankAccount(Record):
    """A party's account. The number is kept encrypted (personal-information safeguards, Art. 7)."""

    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("party"), related_name="bank_accounts")
    bank = models.ForeignKey(Bank, models.PROTECT, verbose_name=_("bank"), related_name="+")
    number = SealedField(_("account number"), max_length=40)
    holder = models.CharField(_("account holder"), max_length=100)
    is_default = models.BooleanField(_("used first"), default=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["party"],
                name="one_default_bank_account_per_party",
                condition=models.Q(is_default=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"
