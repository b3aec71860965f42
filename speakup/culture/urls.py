"""HR's pages, all behind the door: protected statistics and nothing else."""

from django.urls import path

from speakup.culture import views

urlpatterns = [
    path("culture/", views.culture, name="culture"),
    path("culture/assessed-reports.csv", views.assessed_file, name="culture-file"),
]
