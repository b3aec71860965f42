"""Signing in and out, one's own account, joining, and administrators' pages, under /staff/."""

from django.urls import path

from speakup.accounts.views import account, desk, joining, people, signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/sessions/", account.sessions, name="account-sessions"),
    path("account/passphrase/", account.passphrase, name="account-passphrase"),
    path("account/compromised/", account.compromised, name="account-compromised"),
    path("account/factor/", account.factor, name="account-factor"),
    path("account/recovery-codes/", account.recovery_codes, name="account-recovery-codes"),
    path("account/words/", desk.words, name="account-words"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<uuid:desk_id>/change/", desk.change, name="desk-change"),
    path("desk/<uuid:desk_id>/proposal/", desk.proposal, name="desk-proposal"),
    path("join/", joining.join, name="account-join"),
    path("join/<str:token>/", joining.join_link, name="account-join-link"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="people-invite"),
    path("people/<uuid:staff_id>/", people.person, name="person"),
    path("people/<uuid:staff_id>/give-role/", people.give_role, name="person-give-role"),
    path("people/<uuid:staff_id>/take-role/", people.take_role, name="person-take-role"),
    path("people/<uuid:staff_id>/words/", people.words, name="person-words"),
    path("people/<uuid:staff_id>/invitation/", people.renew, name="person-renew"),
    path("people/<uuid:staff_id>/reset/", people.reset, name="person-reset"),
    path("people/<uuid:staff_id>/end/", people.end, name="person-end"),
]
