"""The media types of the files this service hands out, by the ending of their names."""

from __future__ import annotations

_OFFICE = "application/vnd.openxmlformats-officedocument."

DOCX = _OFFICE + "wordprocessingml.document"
XLSX = _OFFICE + "spreadsheetml.sheet"
PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"
GZIP = "application/gzip"
