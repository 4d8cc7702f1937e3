"""The API: one router an app, under /api/v1/. The page docs lists every endpoint."""

from mocban.api.base import addresses, make_api
from mocban.archives.api import router as archives
from mocban.exchange.api import mail_router as mail
from mocban.exchange.api import router as exchange
from mocban.notices.api import router as notices
from mocban.people.api import router as people
from mocban.preservation.api import router as preservation
from mocban.records.api import router as records
from mocban.registry.api import router as registry
from mocban.reports.api import router as prints
from mocban.search.api import router as search
from mocban.signing.api import router as signing

api = make_api(
    {
        "/registry": registry,
        "/prints": prints,
        "/packets": exchange,
        "/mail": mail,
        "/records": records,
        "/archives": archives,
        "/packages": preservation,
        "/signing": signing,
        "/search": search,
        "/notices": notices,
        "/people": people,
    }
)
api_addresses = addresses(api)
