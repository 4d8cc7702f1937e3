from allauth.account import views as allauth_views
from django.urls import path
from django.views.decorators.http import require_POST

from .views import account, administration, imports, people, rules_and_tokens

app_name = "people"
urlpatterns = [
    path("login/", allauth_views.login, name="login"),
    path("logout/", require_POST(allauth_views.logout), name="logout"),
    path("reset/", account.reset, name="reset"),
    path("start/", account.start, name="start"),
    path("account/", account.account, name="account"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/position/", account.switch_position, name="switch_position"),
    path("account/tokens/", rules_and_tokens.tokens, name="tokens"),
    path("account/tokens/new/", rules_and_tokens.token_new, name="token_new"),
    path("account/tokens/<uuid:pk>/revoke/", rules_and_tokens.token_revoke, name="token_revoke"),
    path("admin/", administration.hub, name="admin"),
    path("admin/setup/", administration.setup, name="setup"),
    path("admin/organisation/", administration.organisation, name="admin_organisation"),
    path("admin/organisation/new/", administration.organisation_new, name="admin_organisation_new"),
    path("admin/units/", administration.units, name="admin_units"),
    path("admin/units/new/", administration.unit_new, name="admin_unit_new"),
    path("admin/units/<uuid:pk>/", administration.unit, name="admin_unit"),
    path("admin/units/<uuid:pk>/close/", administration.unit_close, name="admin_unit_close"),
    path("admin/people/", people.people, name="admin_people"),
    path("admin/people/new/", people.person_new, name="admin_person_new"),
    path("admin/people/codes/", people.first_codes, name="admin_first_codes"),
    path("admin/people/<uuid:pk>/", people.person, name="admin_person"),
    path("admin/people/<uuid:pk>/edit/", people.person_edit, name="admin_person_edit"),
    path("admin/people/<uuid:pk>/code/", people.person_code, name="admin_person_code"),
    path("admin/people/<uuid:pk>/second-factor/", people.person_second_factor, name="admin_person_second_factor"),
    path("admin/people/<uuid:pk>/close/", people.person_close, name="admin_person_close"),
    path("admin/people/<uuid:pk>/open/", people.person_open, name="admin_person_open"),
    path("admin/positions/new/", people.position_new, name="admin_position_new"),
    path("admin/positions/<uuid:pk>/end/", people.position_end, name="admin_position_end"),
    path("admin/rules/", rules_and_tokens.settings_list, name="admin_settings"),
    path("admin/rules/<str:name>/", rules_and_tokens.setting, name="admin_setting"),
    path("admin/import/<str:kind>/", imports.upload, name="admin_import"),
    path("admin/import/<str:kind>/confirm/", imports.confirm, name="admin_import_confirm"),
    path("admin/import/<str:kind>/template/", imports.template, name="admin_import_template"),
]
