from django.urls import path

from .views import keys, objects

app_name = "signing"
urlpatterns = [
    path("object/<uuid:pk>/", objects.object_signatures, name="object"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/organisation/", keys.organisation_key, name="organisation_key"),
    path("keys/person/<uuid:pk>/", keys.person_key, name="person_key"),
]
