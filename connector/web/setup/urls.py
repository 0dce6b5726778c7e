"""Settings and the financial system, under `/s/<shop>/`."""

from __future__ import annotations

from django.urls import path

from connector.web.setup import (
    books,
    clearing,
    create_items,
    finance,
    history,
    mapping,
    organisation,
    pasting,
    pause,
    preview,
    reading,
    service_products,
    shop,
    shop_methods,
    systems,
    trying,
    vat,
)

urlpatterns = [
    path("settings/", systems.general, name="settings"),
    path("settings/systems/", systems.systems, name="settings-systems"),
    path("settings/shop/", shop.shop_tab, name="settings-shop"),
    path("settings/shop/connect/", shop.connect, name="settings-shop-connect"),
    path("settings/shop/subscribe/", shop.subscribe, name="settings-shop-subscribe"),
    path("finance/", finance.finance, name="finance"),
    path("finance/account-warning/", finance.account_warning, name="finance-account-warning"),
    path("finance/create-account/", clearing.create_account, name="finance-create-account"),
    path("finance/mapping/", mapping.mapping, name="finance-mapping"),
    path("finance/vat/", vat.vat, name="finance-vat"),
    path("finance/mapping/fetch/", shop_methods.fetch, name="finance-mapping-fetch"),
    path("finance/create-items/", create_items.create_items, name="finance-create-items"),
    path("finance/preview/", preview.page, name="finance-preview"),
    path("finance/preview/step/", preview.step, name="finance-preview-step"),
    path("finance/history/", history.history, name="finance-history"),
    path("finance/try/", trying.page, name="finance-try"),
    path("finance/try/step/", trying.step, name="finance-try-step"),
    path("finance/try/order/", trying.one, name="finance-try-order"),
    path("finance/create-products/", service_products.create, name="finance-create-products"),
    path("finance/connect/", books.connect, name="finance-connect"),
    path("finance/connect/token/", pasting.paste, name="finance-connect-token"),
    path("finance/connect/read/", reading.read, name="finance-connect-read"),
    path("finance/connect/choose/", reading.choose, name="finance-connect-choose"),
    path("finance/organisation/", organisation.organisation, name="finance-organisation"),
    path("finance/fetch/", books.fetch, name="finance-fetch"),
    path("finance/pause/", pause.pause, name="finance-pause"),
    path("finance/resume/", pause.resume, name="finance-resume"),
    path("finance/disconnect/", books.disconnect, name="finance-disconnect"),
]
