"""Forms of importing old registers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import FileField, Form, LineField, TextField, VersionedForm

from .choices import BookKind
from .importing import columns
from .importing.reading import ACCEPTED
from .models import ImportRow, RegisterImport, Series, SeriesPeriod

DIRECTIONS = [(BookKind.INCOMING.value, BookKind.INCOMING.label), (BookKind.OUTGOING.value, BookKind.OUTGOING.label)]
FILES = [
    ("", _("Không gắn tệp")),
    ("name", _("Theo cột tên tệp")),
    ("code", _("Theo số, ký hiệu trong tên tệp")),
    ("number", _("Theo số ở đầu tên tệp")),
]
LONG = ("subject", "recipients", "note")


class RegisterUploadForm(Form):
    """An old register as a file."""

    direction = forms.ChoiceField(label=_("Loại sổ"), choices=DIRECTIONS)
    file = FileField(label=_("Tệp sổ cũ (.xlsx, .xls, .ods, .csv)"), accept=ACCEPTED)


class ZipForm(Form):
    """Files that belong to an old register."""

    file = FileField(label=_("Tệp nén .zip chứa các văn bản"), accept=".zip")


class CorrectedForm(Form):
    """The sheet of bad rows, corrected."""

    file = FileField(label=_("Bảng hàng cần sửa (.xlsx) đã sửa"), accept=".xlsx,.csv")


class MappingForm(VersionedForm):
    """What the columns mean and where the numbers go."""

    def __init__(self, *args: Any, register_import: RegisterImport, series: Any, **kwargs: Any) -> None:
        mapping = columns.mapping_of(register_import.mapping)
        kwargs.setdefault("initial", initial_of(register_import, mapping))
        super().__init__(*args, **kwargs)
        self.names = columns.fields_of(register_import.direction)
        sheets = register_import.sheets
        labels = list(dict.fromkeys(label for sheet in sheets for label in sheet["header"]))
        choices = [("", _("— không có —")), *((label, label) for label in labels)]
        for name in self.names:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=columns.LABELS[name], choices=choices, required=False
            )
        self.fields["sheets"] = forms.TypedMultipleChoiceField(
            label=_("Trang tính được nhập"),
            choices=[(place, sheet["name"] or str(_("Bảng duy nhất"))) for place, sheet in enumerate(sheets)],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["year"] = forms.IntegerField(
            label=_("Năm của sổ (để trống: theo tên trang tính hoặc theo ngày)"),
            required=False,
            min_value=1945,
            max_value=2200,
        )
        self.fields["carry"] = forms.MultipleChoiceField(
            label=_("Ô trống lấy theo hàng trên"),
            choices=[(name, columns.LABELS[name]) for name in columns.CARRIED if name in self.names],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["files"] = forms.ChoiceField(label=_("Gắn tệp văn bản"), choices=FILES, required=False)
        self.fields["series"] = forms.ModelChoiceField(
            label=_("Hệ thống số"), queryset=series, required=False, empty_label=str(_("Tự chọn theo loại văn bản"))
        )
        periods = SeriesPeriod.objects.filter(series__in=series).exclude(series__period="calendar_year")
        self.fields["period"] = forms.ModelChoiceField(
            label=_("Kỳ đánh số (nhiệm kỳ, đại hội)"),
            queryset=periods,
            required=False,
            empty_label=str(_("Tự tìm theo ngày")),
        )

    def column_fields(self) -> list[Any]:
        """The bound fields of the columns, for the template."""
        return [self[f"column_{name}"] for name in self.names]

    def others(self) -> list[Any]:
        return [self[name] for name in ("sheets", "year", "carry", "files", "series", "period")]

    def mapping(self) -> columns.Mapping:
        """The cleaned mapping."""
        cleaned = self.cleaned_data
        return columns.mapping_of(
            {
                "columns": {name: cleaned[f"column_{name}"] for name in self.names},
                "carry": cleaned["carry"],
                "year": cleaned["year"] or 0,
                "sheets": cleaned["sheets"],
                "files": cleaned["files"],
            }
        )


def initial_of(register_import: RegisterImport, mapping: columns.Mapping) -> dict[str, Any]:
    """The form's first values from the mapping that stands."""
    series: Series | None = register_import.series
    return {
        **{f"column_{name}": label for name, label in mapping.columns.items()},
        "sheets": list(mapping.sheets) or list(range(len(register_import.sheets))),
        "year": mapping.year or None,
        "carry": list(mapping.carry),
        "files": mapping.files,
        "series": series,
        "period": register_import.period,
        "version": register_import.version,
    }


class RowForm(VersionedForm):
    """One row of an old register, as text: the same words as in the sheet."""

    def __init__(self, *args: Any, row: ImportRow, version: int, **kwargs: Any) -> None:
        self.row = row
        kwargs.setdefault("initial", {**row.fields, "version": version})
        super().__init__(*args, **kwargs)
        for name in columns.fields_of(row.register_import.direction):
            if name == "secrecy":
                continue
            kind = TextField if name in LONG else LineField
            extra = {"widget": forms.Textarea(attrs={"rows": 2})} if name in LONG else {}
            self.fields[name] = kind(label=columns.LABELS[name], required=False, max_length=4_000, **extra)

    def texts(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name != "version"}
