from django.urls import path

from .views import books, figures, files, handling, unsigned

PDF, XLSX = {"ending": "pdf"}, {"ending": "xlsx"}

app_name = "reports"
urlpatterns = [
    path("", figures.figures_page, name="figures"),
    path("list/<slug:name>/", figures.drill_page, name="drill"),
    path("list/<slug:name>/xlsx/", figures.drill_xlsx, name="drill_xlsx"),
    path("list/<slug:name>/pdf/", figures.drill_pdf, name="drill_pdf"),
    path("books/<uuid:pk>/register.pdf", books.register, PDF, name="register_pdf"),
    path("books/<uuid:pk>/register.xlsx", books.register, XLSX, name="register_xlsx"),
    path("books/<uuid:pk>/volumes/", books.volumes, name="volumes"),
    path("books/<uuid:pk>/volumes/<uuid:volume>.pdf", books.volume_pdf, name="volume_pdf"),
    path("books/<uuid:pk>/labels/", books.labels, name="labels"),
    path("labels.pdf", books.chosen_labels, name="labels_pdf"),
    path("ledgers/<uuid:pk>/ledger.pdf", books.ledger, PDF, name="ledger_pdf"),
    path("ledgers/<uuid:pk>/ledger.xlsx", books.ledger, XLSX, name="ledger_xlsx"),
    path("incoming/<uuid:pk>/slip.pdf", books.slip, name="slip_pdf"),
    path("unsigned/", unsigned.unsigned_page, name="unsigned"),
    path("unsigned/list.pdf", unsigned.unsigned_print, PDF, name="unsigned_pdf"),
    path("unsigned/list.xlsx", unsigned.unsigned_print, XLSX, name="unsigned_xlsx"),
    path("handling/", handling.reports, name="handling"),
    path("handling/follow-up.pdf", handling.follow_up, PDF, name="handling_pdf"),
    path("handling/follow-up.xlsx", handling.follow_up, XLSX, name="handling_xlsx"),
    path("handling/<slug:name>.pdf", handling.report, PDF, name="handling_report_pdf"),
    path("handling/<slug:name>.xlsx", handling.report, XLSX, name="handling_report_xlsx"),
    path("files/<uuid:pk>/contents.pdf", files.contents_pdf, name="contents_pdf"),
    path("submissions/<uuid:pk>/list.pdf", files.submission_pdf, name="submission_pdf"),
    path("submissions/<uuid:pk>/minutes.pdf", files.minutes_pdf, name="minutes_pdf"),
]
