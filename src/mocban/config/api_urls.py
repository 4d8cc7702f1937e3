"""The API: one router an app, under /api/v1/. The page docs lists every endpoint."""

from mocban.api.base import addresses, make_api

api = make_api({})
api_addresses = addresses(api)
