"""PostgreSQL, files and messengers behind the ports; named only in `shared.bootstrap`."""
