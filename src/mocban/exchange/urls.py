from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("waiting/", views.waiting_list, name="waiting_list"),
    path("received/", views.received_list, name="received_list"),
    path("sent/", views.sent_list, name="sent_list"),
    path("packets/<uuid:pk>/", views.packet_detail, name="packet"),
    path("packets/<uuid:pk>/refuse/", views.packet_refuse, name="packet_refuse"),
]
