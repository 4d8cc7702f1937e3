"""Every address of the installation, one line an app."""

from django.urls import include, path

from .api_urls import api_addresses

urlpatterns = [
    path("", include("mocban.portal.urls")),
    path("", include("mocban.people.urls")),
    path("", include("mocban.people.account_urls")),
    path("", include("mocban.config.health_urls")),
    path("ui/", include("mocban.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("registry/", include("mocban.registry.urls")),
    path("records/", include("mocban.records.urls")),
    path("exchange/", include("mocban.exchange.urls")),
    path("content/", include("mocban.content.urls")),
    path("signing/", include("mocban.signing.urls")),
    path("secrecy/", include("mocban.secrecy.urls")),
    path("archives/", include("mocban.archives.urls")),
    path("preservation/", include("mocban.preservation.urls")),
    path("reports/", include("mocban.reports.urls")),
    path("notices/", include("mocban.notices.urls")),
    path("audit/", include("mocban.audit.urls")),
    path("api/v1/", api_addresses),
]

handler400 = "mocban.ui.errors.bad_request"
handler403 = "mocban.ui.errors.forbidden"
handler404 = "mocban.ui.errors.not_found"
handler500 = "mocban.ui.errors.server_error"
