from django.urls import path

from .views import captured_mail, documents, files, plans

app_name = "records"
urlpatterns = [
    path("files/", files.file_list, name="file_list"),
    path("files/new/", files.file_new, name="file_new"),
    path("files/add/", files.file_add, name="file_add"),
    path("files/<uuid:pk>/", files.file_detail, name="file"),
    path("files/<uuid:pk>/contents/", files.file_contents, name="file_contents"),
    path("files/<uuid:pk>/close/", files.file_close, name="file_close"),
    path("files/<uuid:pk>/reopen/", files.file_reopen, name="file_reopen"),
    path("files/<uuid:pk>/remove/", files.file_remove, name="file_remove"),
    path("documents/<uuid:pk>/", documents.document_detail, name="document"),
    path("documents/<uuid:pk>/report-secret/", documents.document_report, name="document_report"),
    path("mail/", captured_mail.own_mail, name="own_mail"),
    path("mail/address/", captured_mail.own_address, name="own_address"),
    path("mail/<uuid:pk>/capture/", captured_mail.mail_capture, name="mail_capture"),
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/<uuid:pk>/", plans.plan_detail, name="plan"),
    path("plans/<uuid:pk>/approve/", plans.plan_approve, name="plan_approve"),
]
