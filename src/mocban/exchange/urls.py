from django.urls import path

from .views import deliveries, mail, mailbox, packets

app_name = "exchange"
urlpatterns = [
    path("waiting/", packets.waiting_list, name="waiting_list"),
    path("received/", packets.received_list, name="received_list"),
    path("sent/", packets.sent_list, name="sent_list"),
    path("packets/<uuid:pk>/", packets.packet_detail, name="packet"),
    path("packets/<uuid:pk>/refuse/", packets.packet_refuse, name="packet_refuse"),
    path("mail/", mail.mail_list, name="mail_list"),
    path("mail/fetch/", mail.mail_fetch, name="mail_fetch"),
    path("mail/sent/", deliveries.delivery_list, name="delivery_list"),
    path("mail/sent/<uuid:pk>/again/", deliveries.delivery_again, name="delivery_again"),
    path("mail/<uuid:pk>/", mail.mail_detail, name="mail"),
    path("mail/<uuid:pk>/decline/", mail.mail_decline, name="mail_decline"),
    path("mail/<uuid:pk>/restore/", mail.mail_restore, name="mail_restore"),
    path("mail/<uuid:pk>/retry/", mail.mail_retry, name="mail_retry"),
    path("mailbox/", mailbox.mailbox_edit, name="mailbox"),
    path("mailbox/test/", mailbox.mailbox_test, name="mailbox_test"),
]
