"""Names that allauth looks up itself, on the few of its pages that are open here (sign-up and e-mail are not)."""

from allauth.account import views
from django.urls import include, path
from django.views.decorators.http import require_POST

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", require_POST(views.logout), name="account_logout"),
    path("account/confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", include("allauth.mfa.urls")),
]
