"""Pages as a person without JavaScript sees them: what a form sends is what a browser would send."""

from __future__ import annotations

import pytest

from script.lib.page import Form, Page

pytestmark = pytest.mark.tools

SETTINGS = """
<!doctype html><title>Indstillinger</title><script>var form = "<form>";</script>
<a href="/orders/">Ordrer &amp; kreditnotaer</a>
<form action="/search/"><input name="q"></form>
<form method="post" action="/settings/economy/">
  <input type="hidden" name="csrfmiddlewaretoken" value="abc">
  <label>Layout
    <select name="layout"><option value="">-</option><option value="19" selected>Dansk</option></select></label>
  <select name="terms"><option>Netto 8</option><option>Kontant</option></select>
  <select name="statuses" multiple><option value="1">Ny</option></select>
  <label><input type="checkbox" name="book" checked> Bogfør</label>
  <label><input type="checkbox" name="customers" value="yes"> Kunder</label>
  <input type="radio" name="trigger" value="paid" id="p" checked><label for="p">Ved betaling</label>
  <label><input type="radio" name="trigger" value="sent"> Ved forsendelse</label>
  <textarea name="note">
Linje 1
Linje 2</textarea>
  <input name="gone" value="x" disabled><input type="file" name="logo">
  <button>Gem</button><button name="then" value="edit">Gem og rediger videre</button>
  <button formaction="/settings/create/">Opret</button>
</form>
"""


@pytest.fixture
def page() -> Page:
    return Page("http://localhost:1/settings/", 200, SETTINGS)


@pytest.fixture
def form(page: Page) -> Form:
    return page.form("/economy/")


def test_an_untouched_form_sends_what_stands_in_it(form: Form) -> None:
    assert form.filled({}) == [
        ("csrfmiddlewaretoken", "abc"),
        ("layout", "19"),
        ("terms", "Netto 8"),
        ("book", "on"),
        ("trigger", "paid"),
        ("note", "Linje 1\nLinje 2"),
    ]


def test_values_replace_what_stood_there_and_none_unticks(form: Form) -> None:
    sent = dict(form.filled({"layout": 21, "book": None, "customers": True, "statuses": [1, 2], "trigger": "sent"}))
    assert sent["layout"] == "21"
    assert sent["trigger"] == "sent"
    assert sent["customers"] == "on"
    assert "book" not in sent
    assert form.filled({"statuses": [1, 2]})[-2:] == [("statuses", "1"), ("statuses", "2")]


def test_the_button_that_is_pressed_is_sent(form: Form) -> None:
    assert form.filled({}, "Gem og rediger videre")[-1] == ("then", "edit")
    assert form.filled({}, "Gem")[-1] == ("note", "Linje 1\nLinje 2")
    with pytest.raises(LookupError, match="no button 'Slet'"):
        form.filled({}, "Slet")


def test_a_button_may_lead_elsewhere(form: Form) -> None:
    assert form.action_of("/create/") == "/settings/create/"
    with pytest.raises(LookupError, match="delete"):
        form.action_of("/delete/")


def test_a_field_that_is_not_there_is_an_error(form: Form) -> None:
    with pytest.raises(LookupError, match="has no \\['vat_zone'\\]"):
        form.filled({"vat_zone": 1})


def test_choices_come_with_their_words(form: Form) -> None:
    assert form.choices("layout") == {"": "-", "19": "Dansk"}
    assert form.choices("terms") == {"Netto 8": "Netto 8", "Kontant": "Kontant"}
    assert form.choices("trigger") == {"paid": "Ved betaling", "sent": "Ved forsendelse"}


def test_words_and_links(page: Page) -> None:
    assert page.text.startswith("Indstillinger Ordrer & kreditnotaer")
    assert page.link("kreditnotaer") == "/orders/"
    assert page.form(having="q").method == "GET"
    assert page.form(button="Gem").action == "/settings/economy/"
    with pytest.raises(LookupError, match="no link 'Lager'"):
        page.link("Lager")
    with pytest.raises(LookupError, match="no form '/nowhere/'"):
        page.form("/nowhere/")


def test_careless_html_is_read_all_the_same() -> None:
    careless = Page("http://x/", 200, "<p>En<p>To<br/>Tre</b></div><form><input name=a value=1></p></form><p>Fire")
    assert careless.text == "En To Tre Fire"
    assert careless.forms()[0].filled({}) == [("a", "1")]
