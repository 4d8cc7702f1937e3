"""The API of the installation, made once by `config` from the routers of the apps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI, Router
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema

from . import auth, errors
from .examples import add_examples

VERBS = ("get", "post", "put", "patch", "delete")


class OwnDocs(DocsBase):
    """A page that lists the endpoints, drawn on the server: the usual viewers load their scripts from elsewhere."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema()
        return render(
            request,
            "api/docs.html",
            {
                "title": schema["info"]["title"],
                "version": schema["info"]["version"],
                "groups": _groups(schema),
                "schema_url": self.get_openapi_url(api, kwargs),
            },
        )


class OwnAPI(NinjaAPI):
    """The API whose OpenAPI document carries an example for every value that it takes."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        add_examples(schema)
        return schema


def make_api(routers: Mapping[str, Router], *, namespace: str = "api", version: str = "1.0.0") -> NinjaAPI:
    """Return the API with one router a prefix; an endpoint asks for token or session unless it has `auth=None`."""
    api = OwnAPI(
        title="Mộc Bản API",
        version=version,
        urls_namespace=namespace,
        auth=auth.EITHER,
        docs=OwnDocs(),
        docs_url="/docs",
    )
    errors.install(api)
    for prefix, router in routers.items():
        api.add_router(prefix, router)
    return api


def addresses(api: NinjaAPI) -> tuple[list[URLResolver | URLPattern], str, str]:
    """Return what `path("api/v1/", …)` takes: the endpoints, and a problem+json 404 for everything else."""
    patterns, app_name, namespace = api.urls
    return [*patterns, path("<path:rest>", errors.unknown)], app_name, namespace


def _groups(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the endpoints by tag, in the order of the schema."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, verbs in schema["paths"].items():
        for verb in VERBS:
            operation = verbs.get(verb)
            if operation is None:
                continue
            tag = (operation.get("tags") or [""])[0]
            groups.setdefault(tag, []).append(_endpoint(address, verb, operation))
    return [{"label": tag, "endpoints": endpoints} for tag, endpoints in groups.items()]


def _endpoint(address: str, verb: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "verb": verb.upper(),
        "address": address,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [
            {"name": one["name"], "where": one["in"], "required": one.get("required", False)}
            for one in operation.get("parameters", [])
        ],
        "body": [_name(content.get("schema", {})) or kind for kind, content in body.items()],
        "answers": sorted(str(status) for status in operation.get("responses", {})),
    }


def _name(schema: Mapping[str, Any]) -> str:
    """Return the name at the end of a `$ref`, or of the title."""
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1] or str(schema.get("title", ""))
