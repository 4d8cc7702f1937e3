"""Rules of preservation: pure functions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import PackageState


def state_after(faults: int) -> PackageState:
    """The state of a package after a check that found so many faults."""
    return PackageState.DAMAGED if faults else PackageState.SOUND


def check_downloadable(state: str, *, present: bool) -> None:
    """A package leaves the store whole and checked. Raises RuleBroken `package.lost`, `package.damaged`."""
    if not present:
        message = _("Tệp gói lưu trữ không còn trong kho; hãy báo quản trị để phục hồi từ bản sao lưu.")
        raise RuleBroken("package.lost", message)
    if state == PackageState.DAMAGED:
        message = _("Gói lưu trữ đang hỏng nên không được tải; hãy phục hồi từ bản sao lưu trước.")
        raise RuleBroken("package.damaged", message)
