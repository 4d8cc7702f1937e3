from django.urls import path

from . import views

app_name = "signing"
urlpatterns = [
    path("object/<uuid:pk>/", views.object_signatures, name="object"),
]
