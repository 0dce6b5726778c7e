"""Settings, tab Brugere: who may enter the business, and as what. For its owners alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from connector.sync.acts import Person
from connector.tenancy import people
from connector.tenancy.models import Invitation, Membership, Role, Tenant
from connector.web.pages import Door, shop_page
from connector.web.people import history
from connector.web.people.mail import Letter

ROLES_EXPLAINED = {
    Role.OWNER: gettext_lazy("Owner: sees and changes everything, also the users"),
    Role.BOOKKEEPER: gettext_lazy("Bookkeeper: sees and changes everything but the users and automatic booking"),
    Role.READER: gettext_lazy("Reader: sees everything, changes nothing"),
}
REFUSALS = {
    people.IsMember: gettext_lazy("%(email)s is among the users already."),
    people.TooMany: gettext_lazy("So many invitations are open already. Withdraw those that nobody needs."),
    people.TooSoon: gettext_lazy("The last mail to %(email)s has only just left. Wait a minute."),
}


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        error_messages={
            "required": gettext_lazy("Type an e-mail address."),
            "invalid": gettext_lazy("Type an e-mail address, for example bo@example.dk."),
        },
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, words) for role, words in ROLES_EXPLAINED.items()],
        initial=Role.BOOKKEEPER.value,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of them.")},
    )


@shop_page(owner=True, network=True)
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The users and the open invitations; POST invites somebody."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invited(request, door, form):
        return redirect("settings-people", door.shop.slug)
    with door.scope():
        return render(request, "people/users.html", _about(door, form), status=422 if form.is_bound else 200)


def _about(door: Door, form: InviteForm) -> dict[str, Any]:
    return {
        "tab": "people",
        "form": form,
        "members": Membership.objects.select_related("user").order_by("pk"),
        "invitations": people.open_invitations().order_by("pk"),
        "now": timezone.now(),
        "roles": Role.choices,
        "done": history.done(door.shop),
        "business": Tenant.objects.get(pk=door.entry.tenant_id).name,
    }


def _invited(request: HttpRequest, door: Door, form: InviteForm) -> bool:
    """Whether the invitation was made; else the form says why not."""
    email, role = form.cleaned_data["email"].lower(), Role(form.cleaned_data["role"])
    try:
        with door.scope():
            invitation, token = people.invite(door.entry.tenant_id, email, role, door.user)
            history.note(_person(door), history.INVITED, email=email, role=role.value)
    except people.Refused as refused:
        form.add_error("email", REFUSALS[type(refused)] % {"email": email})
        return False
    _send(request, door, invitation, token)
    return True


def _send(request: HttpRequest, door: Door, invitation: Invitation, token: str) -> None:
    letter = Letter(invitation, Tenant.objects.get(pk=door.entry.tenant_id).name, token)
    if not letter.send():
        words = _("The mail to %(email)s could not be sent. The invitation is kept; send it again in a while.")
        messages.error(request, words % {"email": invitation.email})
        return
    with door.scope():
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})


@require_POST
@shop_page(owner=True, network=True)
def send_again(request: HttpRequest, door: Door, invitation: int) -> HttpResponse:
    """Send an invitation once more, with a new link."""
    with door.scope():
        found = _open_one(invitation)
        try:
            token = people.again(found)
        except people.TooSoon as refused:
            messages.error(request, REFUSALS[type(refused)] % {"email": found.email})
            return redirect("settings-people", door.shop.slug)
        history.note(_person(door), history.INVITED_AGAIN, email=found.email)
    _send(request, door, found, token)
    return redirect("settings-people", door.shop.slug)


@require_POST
@shop_page(owner=True)
def withdraw(request: HttpRequest, door: Door, invitation: int) -> HttpResponse:
    """Make an invitation's link lead nowhere."""
    found = _open_one(invitation)
    people.revoke(found)
    history.note(_person(door), history.WITHDRAWN, email=found.email)
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": found.email})
    return redirect("settings-people", door.shop.slug)


def _open_one(invitation: int) -> Invitation:
    found = people.open_invitations().select_for_update().filter(pk=invitation).first()
    if found is None:
        raise Http404
    return found


@require_POST
@shop_page(owner=True)
def role(request: HttpRequest, door: Door, member: int) -> HttpResponse:
    """Give a user another role."""
    found, wanted = _member(member), request.POST.get("role", "")
    if wanted not in Role.values:
        raise Http404
    if wanted == found.role:
        return redirect("settings-people", door.shop.slug)
    try:
        people.change_role(found, Role(wanted))
    except people.LastOwner:
        _tell_last_owner(request, door)
        return redirect("settings-people", door.shop.slug)
    history.note(_person(door), history.ROLE_CHANGED, name=str(found.user), role=wanted)
    said = {"name": str(found.user), "role": history.IN_SENTENCES[wanted]}
    messages.success(request, _("%(name)s is now %(role)s.") % said)
    return _after_own(door, found)


@shop_page(owner=True)
def remove(request: HttpRequest, door: Door, member: int) -> HttpResponse:
    """GET asks, POST lets the user see the business no more."""
    found = _member(member)
    business = Tenant.objects.get(pk=door.entry.tenant_id).name
    if request.method != "POST":
        return render(request, "people/remove.html", {"member": found, "business": business})
    try:
        people.remove(found)
    except people.LastOwner:
        _tell_last_owner(request, door)
        return redirect("settings-people", door.shop.slug)
    history.note(_person(door), history.REMOVED, name=str(found.user))
    said = {"name": str(found.user), "business": business}
    messages.success(request, _("%(name)s can no longer enter %(business)s.") % said)
    return redirect("home") if found.user == door.user else redirect("settings-people", door.shop.slug)


def _after_own(door: Door, member: Membership) -> HttpResponse:
    """Whoever took their own ownership away sees this page no more."""
    return redirect("overview" if member.user == door.user else "settings-people", door.shop.slug)


def _tell_last_owner(request: HttpRequest, door: Door) -> None:
    words = _("%(business)s must have an owner. Make somebody else an owner first.")
    messages.error(request, words % {"business": Tenant.objects.get(pk=door.entry.tenant_id).name})


def _member(member: int) -> Membership:
    found = Membership.objects.select_related("user").filter(pk=member).first()
    if found is None:
        raise Http404
    return found


def _person(door: Door) -> Person:
    return Person(door.user, door.who)
