"""The desk's pages, all behind the door."""

from django.urls import path

from professional_standards.views import home, report

urlpatterns = [
    path("", home.home, name="staff-home"),
    path("reports/<uuid:report_id>/", report.report, name="staff-report"),
    path("reports/<uuid:report_id>/reply/", report.reply_to_reporter, name="staff-reply"),
    path("reports/<uuid:report_id>/files/<uuid:attachment_id>/", report.attachment, name="staff-attachment"),
]
