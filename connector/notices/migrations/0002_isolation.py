from django.db import migrations

from connector.tenancy.ddl import guard, same_tenant

TABLES = ("choice", "watch", "trouble", "mail")
WATCH = """
CREATE FUNCTION connector_shops_to_watch(at timestamptz, most int) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT shop.tenant_id, shop.id FROM shops_shop shop
    JOIN sync_integration tie ON tie.shop_id = shop.id AND tie.is_active
    JOIN accounting_connection books ON books.id = tie.connection_id
    LEFT JOIN notices_watch watch ON watch.shop_id = shop.id
    WHERE watch.id IS NULL OR watch.next_look_at <= at
       OR (books.status = 'revoked') <> EXISTS (
            SELECT 1 FROM notices_trouble WHERE shop_id = shop.id AND what = 'books')
       OR (shop.is_connected AND shop.trouble = 'shop-key-refused') <> EXISTS (
            SELECT 1 FROM notices_trouble WHERE shop_id = shop.id AND what = 'shop')
       OR EXISTS (
            SELECT 1 FROM sync_syncattempt one
            WHERE one.shop_id = shop.id AND one.id > watch.seen_attempt AND one.state = 'needs_you')
    ORDER BY watch.next_look_at NULLS FIRST LIMIT most
$$
"""
MAILS = """
CREATE FUNCTION connector_mails_due(at timestamptz, most int) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT tenant_id, id FROM notices_mail WHERE next_at <= at ORDER BY next_at LIMIT most
$$
"""


class Migration(migrations.Migration):
    """Row-level security, references within one tenant; which shops have news, which mails are due."""

    dependencies = [("notices", "0001_initial"), ("sync", "0008_nightly"), ("accounting", "0004_closing_and_learnt")]
    operations = [
        *(guard(f"notices_{table}") for table in TABLES),
        *(same_tenant(f"notices_{table}", "shop_id", "shops_shop") for table in TABLES),
        migrations.RunSQL(WATCH, "DROP FUNCTION connector_shops_to_watch(timestamptz, int)"),
        migrations.RunSQL(MAILS, "DROP FUNCTION connector_mails_due(timestamptz, int)"),
    ]
