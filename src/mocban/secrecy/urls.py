from django.urls import path

from . import views

app_name = "secrecy"
urlpatterns = [
    path("incidents/", views.incident_list, name="incident_list"),
    path("incidents/<uuid:pk>/", views.incident, name="incident"),
    path("incidents/<uuid:pk>/erase/", views.erase, name="incident_erase"),
    path("incidents/<uuid:pk>/minutes/", views.minutes, name="incident_minutes"),
]
