"""The converter's child: runs under the system's Python, owns one LibreOffice, converts what its input brings.

    python3 -m mocban.capture.office_child /usr/bin/soffice

Frames as in lib.sandbox_child. The working folder is private and is removed by the parent. Macros never run, links are
never followed, and the process has no network where the kernel permits.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

from mocban.lib.sandbox_child import _read as read_frame
from mocban.lib.sandbox_child import _send as send_frame
from mocban.lib.sandbox_child import _take_over_the_pipes as take_over_the_pipes

_NEVER = 0  # MacroExecMode.NEVER_EXECUTE and UpdateDocMode.NO_UPDATE
_CLONE_NEWNET = 0x40000000
_START_SECONDS = 50
_IMPORTS = {  # named, or LibreOffice opens what it cannot make out as plain text
    "doc": "MS Word 97",
    "docx": "MS Word 2007 XML",
    "odt": "writer8",
    "xls": "MS Excel 97",
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "pptx": "Impress MS PowerPoint 2007 XML",
}
_EXPORTS = {
    "com.sun.star.text.TextDocument": "writer_pdf_Export",
    "com.sun.star.sheet.SpreadsheetDocument": "calc_pdf_Export",
    "com.sun.star.presentation.PresentationDocument": "impress_pdf_Export",
}
# PDF/A-2b: what is converted here may be signed, and a signed file can no longer be made fit for an archive.
_ARCHIVABLE = (PropertyValue(Name="SelectPdfVersion", Value=2),)


def start(program: str) -> Any:
    """Start LibreOffice on a private pipe and return its desktop."""
    pipe = "mocban" + secrets.token_hex(8)
    profile = Path.cwd().joinpath("profile").as_uri()
    command = [
        program,
        "--headless",
        "--invisible",
        "--nocrashreport",
        "--nodefault",
        "--nofirststartwizard",
        "--nologo",
        "--norestore",
        f"-env:UserInstallation={profile}",
        f"--accept=pipe,name={pipe};urp;",
    ]
    office = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if office.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)  # LibreOffice tells nobody that it listens; asking is the only way
        else:
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)


def convert(desktop: Any, data: bytes, extension: str) -> bytes:
    """Return the PDF of one office file. Files lie in the private folder for the length of the job."""
    source, target = Path.cwd() / f"job.{extension}", Path.cwd() / "job.pdf"
    source.write_bytes(data)
    try:
        document = desktop.loadComponentFromURL(
            source.as_uri(),
            "_blank",
            0,
            (
                PropertyValue(Name="FilterName", Value=_IMPORTS[extension]),
                PropertyValue(Name="Hidden", Value=True),
                PropertyValue(Name="ReadOnly", Value=True),
                PropertyValue(Name="MacroExecutionMode", Value=_NEVER),
                PropertyValue(Name="UpdateDocMode", Value=_NEVER),
            ),
        )
        if document is None:
            raise ValueError("not loaded")
        try:
            export = next(name for service, name in _EXPORTS.items() if document.supportsService(service))
            # The wrapper names the type: as a bare tuple the bridge would hand LibreOffice a list of anything.
            details = uno.Any("[]com.sun.star.beans.PropertyValue", _ARCHIVABLE)
            document.storeToURL(
                target.as_uri(),
                (PropertyValue(Name="FilterName", Value=export), PropertyValue(Name="FilterData", Value=details)),
            )
        finally:
            document.close(True)
        return target.read_bytes()
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


def main() -> None:
    """Serve until the input closes; LibreOffice dies with the process group."""
    requests, replies = take_over_the_pipes()
    ctypes.CDLL(None).unshare(_CLONE_NEWNET)  # without the privilege the network stays; macros and links are off anyway
    desktop = start(sys.argv[1])
    while (request := read_frame(requests)) is not None:
        message, data = request
        if message.get("ready"):
            send_frame(replies, {"ready": True}, b"")
            continue
        try:
            pdf = convert(desktop, data, message["extension"])
        except Exception as error:
            send_frame(replies, {"failed": type(error).__name__}, b"")
        else:
            send_frame(replies, {"done": True}, pdf)
    os.killpg(0, 15)


if __name__ == "__main__":
    main()
