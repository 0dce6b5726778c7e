"""The rooms behind script/demo, script/test, script/sandbox and script/chaos."""
