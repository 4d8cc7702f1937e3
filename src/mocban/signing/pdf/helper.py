"""The helper process of `contained`: reads drafts, stamps and marks copies, checks signatures of any format."""

from __future__ import annotations

import io
import logging
from typing import Any

from mocban.lib.sandbox import serve
from mocban.lib.sandbox_child import Handler
from mocban.signing.pdf.refusals import Refused


def _draft(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.drafts import prepare

    return prepare(pdf, values)


def _stamp(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.overlay import overlay

    return {}, overlay(pdf, values)


def _copy_mark(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.copying import mark

    return mark(pdf, values)


def _copy_block(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.copying import block

    return {}, block(pdf, values)


def _plain(_values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.copying import plain

    return {}, plain(pdf)


def _excerpt(values: dict[str, Any], _pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.copying import excerpt

    return {}, excerpt(values)


def _key_file(values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.adapters.files import in_helper

    return in_helper(values, data), b""


def _sound(_values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.drafts import normalised

    return {}, normalised(pdf)


def _lengthen_read(_values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.lengthening import read

    return read(io.BytesIO(pdf)), b""


def _lengthen_write(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.lengthening import write

    return write(io.BytesIO(pdf), values)


def _page_sizes(_values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.pictures import page_sizes

    return {"sizes": page_sizes(pdf)}, b""


def _page_picture(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.pictures import page_picture

    return {}, page_picture(pdf, int(values["page"]))


def _compare(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.comparing import compare

    return compare(pdf, values), b""


def _judge(values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.verification.inside import judge_here

    return judge_here(values, data), b""


def _trust(name: str) -> Handler:
    def read(values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        from mocban.signing import trust_reading

        found: tuple[dict[str, Any], bytes] = getattr(trust_reading, name)(values, data)
        return found

    return read


def _survey(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    from mocban.signing.pdf.surveying import survey

    return survey(pdf, values)


def _answering(task: Handler) -> Handler:
    """Turn a refusal, which names a sentence and its values, into an answer: only the parent knows the language."""

    def answer(values: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            return task(values, pdf)
        except Refused as refused:
            return {"refused": refused.code, "values": refused.values}, b""

    return answer


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what is wrong with a file is the answer, not an event of a log
    tasks = {
        "draft": _draft,
        "stamp": _stamp,
        "copy_mark": _copy_mark,
        "copy_block": _copy_block,
        "plain": _plain,
        "excerpt": _excerpt,
        "page_sizes": _page_sizes,
        "page_picture": _page_picture,
        "judge": _judge,
        "key_file": _key_file,
        "survey": _survey,
        "sound": _sound,
        "lengthen_read": _lengthen_read,
        "lengthen_write": _lengthen_write,
        "compare": _compare,
        "trust_certificate": _trust("certificate"),
        "trust_issued": _trust("issued"),
        "trust_revocation": _trust("revocation_data"),
        "trust_revoked": _trust("revoked"),
    }
    serve({name: _answering(task) for name, task in tasks.items()})
