"""Organisations, units, people, positions and what an organisation sets for itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id

from .choices import AgencyLevel, CodePurpose, Regime, Role
from .querysets import AgencyQuerySet, OrganisationQuerySet, OwnQuerySet, PersonQuerySet, TokenQuerySet


class Organisation(models.Model):
    """A body that issues and receives documents in its own name (cơ quan, tổ chức)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("Tên cơ quan"), max_length=200)
    short_name = models.CharField(_("Tên gọi tắt"), max_length=60, blank=True)
    parent_name = models.CharField(_("Cơ quan cấp trên trực tiếp"), max_length=200, blank=True)
    regime = models.CharField(_("Khối"), max_length=10, choices=Regime.choices)
    symbol = models.CharField(_("Chữ viết tắt trong ký hiệu"), max_length=20)
    code = models.CharField(_("Mã định danh điện tử"), max_length=35, unique=True)
    place = models.CharField(_("Địa danh"), max_length=100)
    address = models.CharField(_("Địa chỉ"), max_length=200, blank=True)
    sort_name = models.CharField(max_length=2000, editable=False, default="")
    hosted = models.BooleanField(default=True, help_text="False for a body known only from the exchange directory")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """One entry of the directory: a body that documents come from or go to, whether or not it works on this system.

    `sort_name`, `rank` and `words` follow from the other fields (`agency_names`); what writes a row fills them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("Mã định danh điện tử"), max_length=35, unique=True)
    former_codes = ArrayField(models.CharField(max_length=35), verbose_name=_("Mã cũ"), default=list, blank=True)
    name = models.CharField(_("Tên cơ quan"), max_length=200)
    short_name = models.CharField(_("Tên gọi tắt"), max_length=60, blank=True)
    abbreviations = ArrayField(
        models.CharField(max_length=30), verbose_name=_("Chữ viết tắt"), default=list, blank=True
    )
    parent_name = models.CharField(_("Cơ quan cấp trên trực tiếp"), max_length=200, blank=True)
    parent_code = models.CharField(_("Mã cơ quan cấp trên"), max_length=35, blank=True)
    regime = models.CharField(_("Khối"), max_length=10, choices=Regime.choices, blank=True)
    level = models.CharField(_("Cấp"), max_length=10, choices=AgencyLevel.choices)
    place = models.CharField(_("Địa danh"), max_length=100, blank=True)
    email = models.EmailField(_("Hộp thư công vụ"), blank=True, db_index=True)
    valid_from = models.DateField(_("Hoạt động từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("Hoạt động đến hết ngày"), null=True, blank=True)
    successor_code = models.CharField(_("Mã cơ quan kế thừa"), max_length=35, blank=True)
    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="agency"
    )
    source = models.CharField(max_length=200, blank=True, editable=False)  # the file of the last import
    imported_on = models.DateField(null=True, editable=False)
    sort_name = models.CharField(max_length=2000, editable=False)
    rank = models.IntegerField(editable=False)
    words = SearchVectorField(editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "id"]
        indexes = [
            GinIndex(fields=["words"], name="agency_by_words"),
            models.Index(fields=["sort_name", "id"], name="agency_in_order"),
        ]
        constraints = [
            models.CheckConstraint(
                name="agency_days_in_order",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgencyWord(models.Model):
    """A word, or with "@" an abbreviation, that stands in some name of the directory: typed, it is taken whole."""

    word = models.CharField(max_length=200, primary_key=True)


class Unit(models.Model):
    """A unit of an organisation (phòng, ban, đơn vị)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(_("Tên đơn vị"), max_length=200)
    sort_name = models.CharField(max_length=2000, editable=False, default="")
    symbol = models.CharField(_("Chữ viết tắt"), max_length=20)
    closed_on = models.DateField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "symbol"], name="unit_symbol_once")]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Person:
        person: Person = self.get(login=(username or "").lower())
        return person


class Person(AbstractBaseUser):
    """Somebody with a login. What the person may do comes from positions, never from here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The organisation that keeps the account: its administrators reset and deactivate it, wherever positions are held.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    login = models.CharField(_("Tên đăng nhập"), max_length=60, unique=True)
    full_name = models.CharField(_("Họ và tên"), max_length=100)
    sort_name = models.CharField(max_length=1000, editable=False, default="")
    folded_name = models.CharField(max_length=400, editable=False, default="")  # name and login, for searching
    email = models.EmailField(_("Thư điện tử"), blank=True)
    is_active = models.BooleanField(_("Đang hoạt động"), default=True)
    must_change_password = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["full_name"]
    objects = PersonManager()

    class Meta:
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.full_name


class Position(models.Model):
    """A person's post in an organisation for a time; permissions and audit name the position."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="positions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="positions")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="positions")
    title = models.CharField(_("Chức vụ"), max_length=100)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name=_("Vai trò"))
    authority = models.CharField(_("Quyền hạn ký (TM., KT., TL. …)"), max_length=60, blank=True)
    valid_from = models.DateField(_("Từ ngày"))
    valid_to = models.DateField(_("Đến ngày"), null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="position_days_in_order", condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.person.full_name}, {self.title}"


class Grant(models.Model):
    """One reason why somebody may see one object: the single source of `visible_to` and of the index tokens."""

    id = models.BigAutoField(primary_key=True)
    object_type = models.CharField(max_length=60)  # model label, e.g. "records.document"
    object_id = models.UUIDField()
    token = models.CharField(max_length=90)
    reason = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_type", "object_id", "token"], name="grant_once")]
        indexes = [models.Index(fields=["token", "object_type", "object_id"], name="grant_by_token")]


class Setting(models.Model):
    """A value that the law leaves to the organisation, with the internal regulation that sets it."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="settings")
    name = models.CharField(max_length=100)
    value = models.JSONField()
    citation = models.CharField(_("Quy chế, quyết định của cơ quan"), max_length=200)
    valid_from = models.DateField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "valid_from"], name="setting_once_a_day")
        ]


class ApiToken(models.Model):
    """A bearer token bound to one position; only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def organisation_id(self) -> UUID:
        """The organisation whose administrators answer for the token."""
        return self.position.organisation_id


class OneTimeCode(models.Model):
    """A code that works once: to set a password, or to open a new installation. Only its SHA-256 is kept."""

    id = models.BigAutoField(primary_key=True)
    purpose = models.CharField(max_length=10, choices=CodePurpose.choices)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="code_names_its_person", condition=Q(purpose=CodePurpose.START) | Q(person__isnull=False)
            )
        ]
