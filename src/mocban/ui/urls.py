from django.urls import path

from . import views

app_name = "ui"
urlpatterns = [
    path("pdf/", views.pdf, name="pdf"),
    path("pdf/local/", views.local_pdf, name="local_pdf"),
]
