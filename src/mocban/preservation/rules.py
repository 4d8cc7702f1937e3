"""Rules of preservation: pure functions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import PackageState

TRANSITIONS: dict[tuple[str, str], PackageState] = {
    (PackageState.BUILT, "freeze"): PackageState.FROZEN,
    (PackageState.SOUND, "freeze"): PackageState.FROZEN,
    (PackageState.DAMAGED, "freeze"): PackageState.FROZEN,
    (PackageState.FROZEN, "freeze"): PackageState.FROZEN,
    (PackageState.FROZEN, "erase"): PackageState.ERASED,
}
CLOSED = (PackageState.FROZEN, PackageState.ERASED)


def next_state(state: str, verb: str) -> PackageState:
    """The state after freezing or erasing. Raises RuleBroken `package.wrong_state`."""
    try:
        return TRANSITIONS[(state, verb)]
    except KeyError:
        message = _("Gói lưu trữ phải được phong tỏa trước khi xóa.")
        raise RuleBroken("package.wrong_state", message) from None


def check_open(state: str) -> None:
    """Raises RuleBroken `package.frozen` for a package that an incident closed."""
    if state in CLOSED:
        raise RuleBroken("package.frozen", _("Gói lưu trữ đã bị phong tỏa hoặc xóa do sự cố."))


def state_after(faults: int) -> PackageState:
    """The state of a package after a check that found so many faults."""
    return PackageState.DAMAGED if faults else PackageState.SOUND


def check_downloadable(state: str, *, present: bool) -> None:
    """A package leaves the store whole. Raises RuleBroken `package.frozen`, `package.lost`, `package.damaged`."""
    check_open(state)
    if not present:
        message = _("Tệp gói lưu trữ không còn trong kho; hãy báo quản trị để phục hồi từ bản sao lưu.")
        raise RuleBroken("package.lost", message)
    if state == PackageState.DAMAGED:
        message = _("Gói lưu trữ đang hỏng nên không được tải; hãy phục hồi từ bản sao lưu trước.")
        raise RuleBroken("package.damaged", message)
