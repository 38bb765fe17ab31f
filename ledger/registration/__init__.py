"""Registration for people: forms into applications, clerks' steps, objections; all of it as calls to the contracts."""
