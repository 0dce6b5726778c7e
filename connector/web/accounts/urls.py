"""Where allauth's pages stand. The names are allauth's, which asks for them; only what we use is here."""

from __future__ import annotations

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.generic import RedirectView

from connector.web.accounts.views import account, answered, inactive
from connector.web.frame.views import sign_in, sign_out

urlpatterns = [
    path("sign-in/", sign_in, name="account_login"),
    path("sign-out/", sign_out, name="account_logout"),
    path("sign-in/two-step/", answered(mfa.authenticate), name="mfa_authenticate"),
    path("sign-up/", answered(allauth.signup), name="account_signup"),
    path("account/", account, name="account"),
    path("account/inactive/", inactive, name="account_inactive"),
    path("account/confirm/", answered(allauth.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", answered(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/email/", answered(allauth.email), name="account_email"),
    path("account/email/sent/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("account/email/<str:key>/", allauth.confirm_email, name="account_confirm_email"),
    path("account/password/", answered(allauth.password_change), name="account_change_password"),
    path("account/password/first/", answered(allauth.password_set), name="account_set_password"),
    path("account/password/forgotten/", answered(allauth.password_reset), name="account_reset_password"),
    path("account/password/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    path("account/password/new/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        # The key has dashes of its own.
        r"^account/password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        answered(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("account/two-step/", RedirectView.as_view(pattern_name="account"), name="mfa_index"),
    path("account/two-step/on/", answered(totp.activate_totp), name="mfa_activate_totp"),
    path("account/two-step/off/", answered(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/two-step/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/two-step/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/two-step/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
