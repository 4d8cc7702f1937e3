"""The cleaning of an endpoint is the cleaning of its page: the same form, its refusals told as problem+json."""

from __future__ import annotations

from typing import Any, TypeVar

from django.forms import BaseForm

F = TypeVar("F", bound=BaseForm)


class FormInvalid(Exception):
    """A form with wrong fields; the API answers 422 and names each with its sentence."""

    def __init__(self, form: BaseForm) -> None:
        super().__init__("form invalid")
        self.errors = [
            {"field": "" if name == "__all__" else name, "code": str(fault["code"]), "message": str(fault["message"])}
            for name, faults in form.errors.get_json_data().items()
            for fault in faults
        ]


def cleaned(form: F) -> F:
    """Return the form once it is valid. Raises FormInvalid."""
    if not form.is_valid():
        raise FormInvalid(form)
    return form


def values(given: Any) -> dict[str, Any]:
    """What a schema holds, as a form takes it: a value that was not sent is an empty box."""
    return {name: value for name, value in given.model_dump().items() if value is not None}
