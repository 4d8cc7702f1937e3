"""The pick-list in a real browser: letters and Enter are enough, free text stays possible, no script is needed."""

from __future__ import annotations

from .test_browser import AXE, NARROW, chromium, site, visit, windows  # noqa: F401 - fixtures


def opened(page):
    page.wait_for_selector("#id_issuer_name[aria-expanded=true]")
    return page.locator(".pick-list:visible [role=option]")


def send(page):
    with page.expect_navigation():
        page.click("main button.btn-primary")
    return {name: page.text_content(f"[data-sent={name}]") for name in ("issuer_name", "issuer_code", "recipients")}


def test_letters_and_enter_choose_the_first(visit):  # noqa: F811
    page = visit("/picks/")
    page.focus("#id_issuer_name")
    page.keyboard.type("sở")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('id_issuer_code').value === 'H99.03'")
    assert page.input_value("#id_issuer_name") == "Sở Nội vụ tỉnh"
    assert send(page)["issuer_code"] == "H99.03"


def test_arrows_walk_the_list_and_the_field_names_the_active_option(visit):  # noqa: F811
    page = visit("/picks/")
    page.focus("#id_issuer_name")
    page.keyboard.type("ủy ban")
    assert opened(page).count() == 2
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#id_issuer_name", "aria-activedescendant")
    assert page.text_content(f"#{active}") == "Ủy ban nhân dân xã Vân Khê"
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.help))")
    assert found == []
    page.keyboard.press("Enter")
    assert page.input_value("#id_issuer_code") == "H99.27"


def test_escape_and_tab_keep_the_free_text_and_a_change_forgets_the_code(visit):  # noqa: F811
    page = visit("/picks/")
    page.focus("#id_issuer_name")
    page.keyboard.type("sở")
    opened(page).first.click()
    assert page.input_value("#id_issuer_code") == "H99.03"
    page.keyboard.type(" khác")
    assert page.input_value("#id_issuer_code") == ""
    page.fill("#id_issuer_name", "sở")
    opened(page).first.wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".pick-list:visible").count() == 0
    assert page.evaluate("document.activeElement.id") == "id_issuer_name"
    page.keyboard.press("Tab")
    assert page.input_value("#id_issuer_name") == "sở"


def test_several_are_chips_that_can_be_taken_out(visit):  # noqa: F811
    page = visit("/picks/", NARROW)
    chips = page.locator(".pick-chips li")
    assert chips.count() == 2
    page.get_by_role("button", name="Bỏ Lưu: VT").click()
    page.keyboard.type("vân khê")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Bỏ Ủy ban nhân dân xã Vân Khê | H99.27").wait_for()
    page.keyboard.type("Nơi không có trong danh bạ")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Bỏ Nơi không có trong danh bạ").wait_for()
    page.focus("#id_issuer_name")
    page.keyboard.type("x")
    assert [line.strip() for line in send(page)["recipients"].splitlines()] == [
        "Sở Nội vụ tỉnh | H99.03",
        "Ủy ban nhân dân xã Vân Khê | H99.27",
        "Nơi không có trong danh bạ",
    ]


def test_without_scripts_both_are_plain_fields(visit):  # noqa: F811
    page = visit("/picks/", scripts=False)
    page.fill("#id_issuer_name", "Sở Nội vụ tỉnh")
    page.fill("#id_recipients", "Sở Nội vụ tỉnh | H99.03")
    assert send(page)["recipients"] == "Sở Nội vụ tỉnh | H99.03"
