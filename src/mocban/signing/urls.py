from django.urls import path

from .views import checking, keys, objects, revisions, trust

app_name = "signing"
urlpatterns = [
    path("object/<uuid:pk>/", objects.object_signatures, name="object"),
    path("object/<uuid:pk>/signed/<int:place>/", revisions.signed_revision, name="revision"),
    path("object/<uuid:pk>/compare/<int:place>/", revisions.compare, name="compare"),
    path(
        "object/<uuid:pk>/compare/<int:place>/<int:number>/<slug:side>.png",
        revisions.compare_picture,
        name="compare_picture",
    ),
    path("check/", checking.check_file, name="check_file"),
    path("trust/", trust.trust_list, name="trust"),
    path("trust/new/", trust.anchor_new, name="anchor_new"),
    path("trust/revocation/", trust.revocation_list, name="revocation"),
    path("trust/<uuid:pk>/", trust.anchor_detail, name="anchor"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/organisation/", keys.organisation_key, name="organisation_key"),
    path("keys/person/<uuid:pk>/", keys.person_key, name="person_key"),
]
