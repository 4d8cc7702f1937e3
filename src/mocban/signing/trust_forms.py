"""Forms of trust: a certificate with its terms, the steps of the second administrator, a file of revocation data."""

from __future__ import annotations

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from mocban.ui import forms

from .choices import TrustPurpose

CERTIFICATES = ".pem,.crt,.cer,.der"
SIGNED_FILES = ".pdf,.xml,.p7s,.p7m,.asice,.sce"
REVOCATION = ".crl,.pem,.der,.ocsp,.ors,.crt,.cer"


class AnchorForm(forms.Form):
    """A certificate to trust, what for and when."""

    certificate = forms.FileField(
        label=_("Tệp chứng thư"),
        accept=CERTIFICATES,
        help_text=_("Chứng thư gốc hoặc trung gian của tổ chức chứng thực, nơi cấp dấu thời gian; PEM hay DER."),
    )
    purposes = django_forms.MultipleChoiceField(
        label=_("Dùng để tin cậy"),
        choices=TrustPurpose.choices,
        widget=django_forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một việc mà chứng thư được tin cậy.")},
    )
    since = forms.DateField(label=_("Tin cậy từ ngày"), required=False, help_text=_("Để trống: không giới hạn."))
    until = forms.DateField(label=_("Tin cậy đến hết ngày"), required=False)


class AgreeForm(forms.Form):
    """What the second administrator types from the fingerprint that the issuer published."""

    fingerprint = forms.LineField(
        label=_("Gõ ít nhất 8 ký tự cuối của dấu vân tay"),
        max_length=100,
        help_text=_("Lấy từ bản công bố của nơi cấp (trang web, công văn, điện thoại), không chép từ trang này."),
    )


class ReasonForm(forms.Form):
    """Why a proposal is refused or an anchor let go."""

    reason = forms.LineField(label=_("Lý do"), max_length=300)


class RevocationForm(forms.Form):
    """A CRL, an OCSP answer, or the certificate of an intermediate authority."""

    file = forms.FileField(
        label=_("Tệp"),
        accept=REVOCATION,
        help_text=_("Danh sách thu hồi (CRL), trả lời OCSP, hoặc chứng thư CA trung gian; DER hay PEM."),
    )


class CheckForm(forms.Form):
    """A file whose signatures are to be judged, with the file that a detached signature is of."""

    file = forms.FileField(
        label=_("Tệp đã ký"),
        accept=SIGNED_FILES,
        help_text=_("PDF, XML, .p7s, .p7m hoặc gói ASiC-E."),
    )
    signed = forms.FileField(
        label=_("Tệp gốc (chỉ khi chữ ký nằm ở tệp riêng)"),
        required=False,
        help_text=_("Ví dụ: “cong-van.pdf” khi tệp đã ký là “cong-van.pdf.p7s”."),
    )
