from django.urls import path

from .views import agent, checking, codes, key_places, keys, objects, renewals, revisions, times, trust

app_name = "signing"
urlpatterns = [
    path("agent/", agent.agent_keys, name="agent"),
    path("agent/describe/", agent.agent_describe, name="agent_describe"),
    path("object/<uuid:pk>/", objects.object_signatures, name="object"),
    path("object/<uuid:pk>/signed/<int:place>/", revisions.signed_revision, name="revision"),
    path("object/<uuid:pk>/compare/<int:place>/", revisions.compare, name="compare"),
    path(
        "object/<uuid:pk>/compare/<int:place>/<int:number>/<slug:side>.png",
        revisions.compare_picture,
        name="compare_picture",
    ),
    path("report/<uuid:pk>.xml", objects.report_file, {"form": "xml"}, name="report_xml"),
    path("report/<uuid:pk>.json", objects.report_file, {"form": "json"}, name="report_json"),
    path("arrived/", objects.arrived, name="arrived"),
    path("check/", checking.check_file, name="check_file"),
    path("trust/", trust.trust_list, name="trust"),
    path("trust/new/", trust.anchor_new, name="anchor_new"),
    path("trust/revocation/", trust.revocation_list, name="revocation"),
    path("trust/<uuid:pk>/", trust.anchor_detail, name="anchor"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/own/", keys.own_key, name="own_key"),
    path("keys/organisation/", keys.organisation_key, name="organisation_key"),
    path("keys/organisation/hand-over/", key_places.hand_over, name="hand_over"),
    path("keys/person/<uuid:pk>/", keys.person_key, name="person_key"),
    # `who` is own, organisation, or the id of a person
    path("keys/of/<str:who>/file/", key_places.place_file, name="place_file"),
    path("keys/of/<str:who>/token/", key_places.place_token, name="place_token"),
    path("keys/of/<str:who>/service/", key_places.place_service, name="place_service"),
    path("keys/of/<str:who>/remove/", key_places.remove_place, name="remove_place"),
    path("keys/of/<str:who>/code/", codes.send_code, name="send_code"),
    path("times/", times.time_list, name="times"),
    path("times/<uuid:pk>/", times.time_step, name="time_step"),
    path("renewals/", renewals.renewal_list, name="renewals"),
    path("renewals/<uuid:pk>/", renewals.renew, name="renew"),
]
