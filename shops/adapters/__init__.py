"""One folder per shop platform, every folder the same shape: adapter, client, parse."""
