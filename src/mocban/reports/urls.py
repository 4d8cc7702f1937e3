from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.figures_page, name="figures"),
    path("list/<slug:name>/", views.drill_page, name="drill"),
    path("list/<slug:name>/xlsx/", views.drill_xlsx, name="drill_xlsx"),
    path("list/<slug:name>/pdf/", views.drill_pdf, name="drill_pdf"),
    path("books/<uuid:pk>/register.pdf", views.register_pdf, name="register_pdf"),
    path("files/<uuid:pk>/contents.pdf", views.contents_pdf, name="contents_pdf"),
    path("submissions/<uuid:pk>/list.pdf", views.submission_pdf, name="submission_pdf"),
    path("submissions/<uuid:pk>/minutes.pdf", views.minutes_pdf, name="minutes_pdf"),
]
