"""The pages of whoever runs the service, behind the door."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("undelivered/", views.dead_letters, name="dead-letters"),
]
