"""The desk's pages, all behind the door."""

from django.urls import path

from professional_standards import views

urlpatterns = [
    path("", views.home, name="staff-home"),
    path("reports/<uuid:report_id>/", views.report, name="staff-report"),
    path("reports/<uuid:report_id>/reply/", views.reply_to_reporter, name="staff-reply"),
    path("reports/<uuid:report_id>/files/<uuid:attachment_id>/", views.attachment, name="staff-attachment"),
]
