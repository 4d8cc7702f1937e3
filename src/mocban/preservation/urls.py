from django.urls import path

from . import views

app_name = "preservation"
urlpatterns = [
    path("packages/", views.package_list, name="package_list"),
    path("packages/<uuid:pk>/", views.package_detail, name="package"),
    path("packages/<uuid:pk>/check/", views.package_check, name="package_check"),
    path("packages/<uuid:pk>/download/", views.package_download, name="package_download"),
]
