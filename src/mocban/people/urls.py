from allauth.account import views as allauth_views
from django.urls import path
from django.views.decorators.http import require_POST

from .views import account

app_name = "people"
urlpatterns = [
    path("login/", allauth_views.login, name="login"),
    path("logout/", require_POST(allauth_views.logout), name="logout"),
    path("reset/", account.reset, name="reset"),
    path("start/", account.start, name="start"),
    path("account/", account.account, name="account"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/tokens/", account.account, name="tokens"),
    path("account/position/", account.switch_position, name="switch_position"),
]
