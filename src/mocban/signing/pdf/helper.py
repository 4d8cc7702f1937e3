"""The helper process of `contained`: reads drafts, stamps and marks copies, checks signatures of any format."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, BinaryIO

from mocban.lib.disk import Content, Grown, reading
from mocban.lib.sandbox import serve
from mocban.signing.pdf.refusals import Refused

Values = dict[str, Any]
Answer = tuple[Values, bytes]


def _draft(values: Values, pdf: Content) -> Answer:
    from mocban.signing.pdf.drafts import find

    return find(pdf, values), b""


def _sound(_values: Values, pdf: Content, out: BinaryIO) -> Values:
    from mocban.signing.pdf.drafts import rewrite

    rewrite(pdf, out)
    return {}


def _rewritten(_values: Values, pdf: Content, out: BinaryIO) -> Values:
    from mocban.signing.pdf.surveying import rewrite

    rewrite(pdf, out)
    return {}


def _stamp(values: Values, pdf: Content, out: BinaryIO) -> Values:
    from mocban.signing.pdf.overlay import overlay

    overlay(pdf, values, out)
    return {}


def _copy_mark(values: Values, pdf: Content, out: BinaryIO) -> Values:
    from mocban.signing.pdf.copying import mark

    return mark(pdf, values, out)


def _copy_block(values: Values, pdf: Content, out: BinaryIO) -> Values:
    from mocban.signing.pdf.copying import block

    block(pdf, values, out)
    return {}


def _plain(_values: Values, pdf: Content, out: BinaryIO) -> Values:
    from mocban.signing.pdf.copying import plain

    plain(pdf, out)
    return {}


def _excerpt(values: Values, _pdf: Content) -> Answer:
    from mocban.signing.pdf.copying import excerpt

    return {}, excerpt(values)


def _key_file(values: Values, data: Content) -> Answer:
    from mocban.signing.adapters.files import in_helper

    return in_helper(values, bytes(data)), b""


def _lengthen_read(_values: Values, pdf: Content) -> Answer:
    from mocban.signing.pdf.lengthening import read

    return read(reading(pdf)), b""


def _lengthen_write(values: Values, pdf: Content) -> Answer:
    from mocban.signing.pdf.lengthening import write

    return write(Grown(pdf), values)


def _page_sizes(_values: Values, pdf: Content) -> Answer:
    from mocban.signing.pdf.pictures import page_sizes

    return {"sizes": page_sizes(pdf)}, b""


def _page_picture(values: Values, pdf: Content) -> Answer:
    from mocban.signing.pdf.pictures import page_picture

    return {}, page_picture(pdf, int(values["page"]), values.get("covered"))


def _compare(values: Values, pdf: Content) -> Answer:
    from mocban.signing.pdf.comparing import compare

    return compare(pdf, values), b""


def _judge(values: Values, data: Content) -> Answer:
    from mocban.signing.verification.inside import judge_here

    return judge_here(values, data), b""


def _trust(name: str) -> Callable[[Values, Content], Answer]:
    def read(values: Values, data: Content) -> Answer:
        from mocban.signing import trust_reading

        found: Answer = getattr(trust_reading, name)(values, data[:])
        return found

    return read


def _survey(values: Values, pdf: Content) -> Answer:
    from mocban.signing.pdf.surveying import survey

    return survey(pdf, values), b""


def _answering(task: Callable[..., Any], refusal: Callable[[Refused], Any]) -> Callable[..., Any]:
    """Turn a refusal, which names a sentence and its values, into an answer: only the parent knows the language."""

    def answer(*given: Any) -> Any:
        try:
            return task(*given)
        except Refused as refused:
            return refusal(refused)

    return answer


def _refusal(refused: Refused) -> Values:
    return {"refused": refused.code, "values": refused.values}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what is wrong with a file is the answer, not an event of a log
    looks = {
        "draft": _draft,
        "excerpt": _excerpt,
        "page_sizes": _page_sizes,
        "page_picture": _page_picture,
        "judge": _judge,
        "key_file": _key_file,
        "survey": _survey,
        "lengthen_read": _lengthen_read,
        "lengthen_write": _lengthen_write,
        "compare": _compare,
        "trust_certificate": _trust("certificate"),
        "trust_issued": _trust("issued"),
        "trust_revocation": _trust("revocation_data"),
        "trust_revoked": _trust("revoked"),
    }
    makes = {
        "sound": _sound,
        "rewritten": _rewritten,
        "stamp": _stamp,
        "copy_mark": _copy_mark,
        "copy_block": _copy_block,
        "plain": _plain,
    }
    serve(
        {name: _answering(task, lambda refused: (_refusal(refused), b"")) for name, task in looks.items()},
        {name: _answering(task, _refusal) for name, task in makes.items()},
    )
