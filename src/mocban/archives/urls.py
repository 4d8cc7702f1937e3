from django.urls import path

from .views import holdings, submissions

app_name = "archives"
urlpatterns = [
    path("submissions/", submissions.submission_list, name="submission_list"),
    path("submissions/new/", submissions.submission_new, name="submission_new"),
    path("submissions/<uuid:pk>/", submissions.submission_detail, name="submission"),
    path("submissions/<uuid:pk>/receive/", submissions.submission_receive, name="submission_receive"),
    path("submissions/<uuid:pk>/return/", submissions.submission_return, name="submission_return"),
    path("holdings/", holdings.holding_list, name="holding_list"),
    path("holdings/<uuid:pk>/", holdings.holding_detail, name="holding"),
    path("holdings/<uuid:pk>/place/", holdings.holding_place, name="holding_place"),
    path("holdings/<uuid:pk>/pack/", holdings.holding_pack, name="holding_pack"),
    path("fonds/", holdings.fonds_list, name="fonds_list"),
    path("places/", holdings.place_list, name="place_list"),
]
