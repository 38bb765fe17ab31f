"""The journal's tree: RFC 6962/9162 with SHA-256. Pure; storage comes in as a function."""
