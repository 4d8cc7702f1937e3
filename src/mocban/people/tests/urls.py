"""The addresses that the pages of this app need."""

from django.urls import include, path

urlpatterns = [
    path("", include("mocban.people.urls")),
    path("", include("mocban.people.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("notices/", include("mocban.notices.urls")),
]

handler403 = "mocban.ui.errors.forbidden"
handler404 = "mocban.ui.errors.not_found"
