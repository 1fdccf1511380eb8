"""One machine, one command: the embedded servers, the API, the worker and beat under one supervisor."""
