from django.urls import path

from . import views

app_name = "content"
urlpatterns = [path("<uuid:pk>/", views.stored_object, name="object")]
