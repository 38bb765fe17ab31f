"""From an application to its certificate: salted fields, dossier, document, redacted copy, page."""
