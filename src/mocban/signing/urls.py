from django.urls import path

from . import views

app_name = "signing"
urlpatterns = [
    path("object/<uuid:pk>/", views.object_signatures, name="object"),
    path("keys/", views.key_list, name="keys"),
    path("keys/organisation/", views.organisation_key, name="organisation_key"),
    path("keys/person/<uuid:pk>/", views.person_key, name="person_key"),
]
