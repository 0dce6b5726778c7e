"""e-conomic (Visma): invoices on its older REST host, journals and booked entries on its newer OpenAPI host."""
