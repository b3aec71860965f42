"""The desk's pages, all behind the door."""

from django.urls import path

from professional_standards.views import (
    acts,
    cases,
    extending,
    home,
    opening,
    proceedings,
    reminders,
    report,
    supervision,
    triage,
)

urlpatterns = [
    path("", home.home, name="staff-home"),
    path("finished/", home.finished, name="staff-finished"),
    path("supervision/", supervision.supervision, name="staff-supervision"),
    path("reminders/<uuid:reminder_id>/", reminders.reminder, name="staff-reminder"),
    path("reports/<uuid:report_id>/", report.report, name="staff-report"),
    path("reports/<uuid:report_id>/reply/", report.reply, name="staff-reply"),
    path("reports/<uuid:report_id>/files/<uuid:attachment_id>/", report.attachment, name="staff-attachment"),
    path("reports/<uuid:report_id>/triage/", triage.assess, name="staff-triage"),
    path("reports/<uuid:report_id>/open-case/", opening.open_case, name="staff-open-case"),
    path("reports/<uuid:report_id>/join/", acts.join, name="staff-join"),
    path("reports/<uuid:report_id>/ask/", acts.ask, name="staff-ask"),
    path("reports/<uuid:report_id>/resume/", acts.resume, name="staff-resume"),
    path("reports/<uuid:report_id>/pass/", acts.pass_on, name="staff-pass"),
    path("reports/<uuid:report_id>/send-out/", acts.send_out, name="staff-send-out"),
    path("reports/<uuid:report_id>/close/", acts.close, name="staff-close"),
    path("reports/<uuid:report_id>/update/", acts.update, name="staff-update"),
    path("reports/<uuid:report_id>/feedback/", acts.feedback, name="staff-feedback"),
    path("reports/<uuid:report_id>/leave-case/", acts.leave_case, name="staff-leave-case"),
    path("reports/<uuid:report_id>/end/", acts.end, name="staff-end"),
    path("reports/<uuid:report_id>/reopen/", acts.reopen, name="staff-reopen"),
    path("reports/<uuid:report_id>/clocks/<uuid:clock_id>/extend/", extending.report, name="staff-extend-report"),
    path("cases/<uuid:case_id>/", cases.case, name="staff-case"),
    path("cases/<uuid:case_id>/assign/", cases.assign, name="staff-assign"),
    path("cases/<uuid:case_id>/notes/", cases.note, name="staff-note"),
    path("cases/<uuid:case_id>/close/", cases.close, name="staff-close-case"),
    path("cases/<uuid:case_id>/people/<uuid:subject_id>/", cases.subject, name="staff-subject"),
    path("cases/<uuid:case_id>/people/<uuid:subject_id>/iopc/", cases.iopc, name="staff-iopc"),
    path("cases/<uuid:case_id>/clocks/<uuid:clock_id>/extend/", extending.case, name="staff-extend-case"),
    path("cases/<uuid:case_id>/proceedings/<uuid:proceeding_id>/move/", proceedings.move, name="staff-move"),
]
